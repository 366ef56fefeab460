import { StreamGateError } from "@streamgate/core";

/** A rule that cannot be evaluated. */
export function badRule(
  rule: string,
  key: string,
  value: unknown,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_RULE",
    tried: `read the alert rule ${rule} with ${key} = ${describe(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the rule; docs/guides/alerting.md names every key",
  });
}

/** A file of rules that cannot be read. */
export function rulesUnreadable(path: string, happened: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_RULES_UNREADABLE",
    tried: `read alert rules from ${path}`,
    happened,
    remedy: "give the path of a JSON file as docs/guides/alerting.md shows it",
    cause,
  });
}

/** An option of the evaluator or of a replay that cannot be. */
export function badAlertOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_ALERT_OPTION",
    tried: `evaluate alert rules with ${name} = ${describe(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
