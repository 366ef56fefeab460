import { FINDING_KINDS, SEVERITIES } from "@streamgate/core";
import { badRule } from "../errors.ts";
import { parseMeasure } from "./parse-measure.ts";
import { parseEventPart, parseSelector } from "./parse-selector.ts";
import {
  type AbsenceRule,
  type AnomalyRule,
  type BurnRateRule,
  type BurnWindow,
  type FindingRule,
  type ForecastRule,
  MISSING_DATA,
  type Rule,
  type RuleKind,
  type SequentialRule,
  type ThresholdRule,
  VALUE_UNITS,
} from "./rule.ts";
import { LABEL_NAME, type RuleReader, readRuleObject } from "./rule-reader.ts";

const KINDS: readonly RuleKind[] = [
  "threshold",
  "absence",
  "burn-rate",
  "sequential",
  "anomaly",
  "forecast",
  "finding",
];
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The pairs of the SRE workbook, table 5-8, for a period of 30 days: 2 %, 5 %, 10 % and 10 % of the budget. */
const WORKBOOK_WINDOWS: readonly BurnWindow[] = [
  { longMs: HOUR_MS, shortMs: 5 * 60_000, factor: 14.4, severity: "critical" },
  { longMs: 6 * HOUR_MS, shortMs: 30 * 60_000, factor: 6, severity: "high" },
  { longMs: DAY_MS, shortMs: 2 * HOUR_MS, factor: 3, severity: "medium" },
  { longMs: 3 * DAY_MS, shortMs: 6 * HOUR_MS, factor: 1, severity: "medium" },
];

/**
 * Reads alert rules from plain data, such as parsed JSON, and fills defaults in.
 *
 * @param values one object a rule
 * @throws SG_MONITOR_BAD_RULE that names the rule, the key and the value
 * @example
 * ```ts
 * import { parseRules } from "@streamgate/monitor";
 * const rules = parseRules([
 *   {
 *     name: "queue-long",
 *     kind: "threshold",
 *     severity: "high",
 *     summary: "{value} jobs wait in {service}",
 *     measure: { kind: "gauge", of: { name: "jobs_waiting" }, windowMs: 30_000 },
 *     when: "above",
 *     threshold: 1000,
 *     clearThreshold: 800,
 *     forMs: 60_000,
 *   },
 * ]);
 * console.log(rules[0]?.clearForMs); // 60000
 * ```
 */
export function parseRules(values: readonly unknown[]): readonly Rule[] {
  const names = new Set<string>();
  return values.map((value, index) => {
    const rule = parseRule(value, index);
    if (names.has(rule.name)) throw badRule(rule.name, "name", rule.name, "unique");
    names.add(rule.name);
    return rule;
  });
}

function parseRule(value: unknown, index: number): Rule {
  const given = (value as { readonly name?: unknown } | null | undefined)?.name;
  const shown = typeof given === "string" ? given : `number ${index + 1}`;
  const reader = readRuleObject(shown, value);
  const name = reader.text("name");
  if (!NAME.test(name)) reader.refuse("name", "kebab-case: small letters, digits and hyphens");
  const rule = parseKind(reader, reader.choice("kind", KINDS));
  reader.finish();
  return rule;
}

function parseKind(reader: RuleReader, kind: RuleKind): Rule {
  switch (kind) {
    case "threshold":
      return parseThreshold(reader);
    case "absence":
      return parseAbsence(reader);
    case "burn-rate":
      return parseBurnRate(reader);
    case "sequential":
      return parseSequential(reader);
    case "anomaly":
      return parseAnomaly(reader);
    case "forecast":
      return parseForecast(reader);
    case "finding":
      return parseFinding(reader);
  }
}

type Base = Omit<ThresholdRule, "kind" | "measure" | "when" | "threshold" | "clearThreshold">;

function parseBase(reader: RuleReader, defaults: Partial<Base> = {}): Base {
  const name = reader.text("name");
  const by = reader.texts("by", defaults.by ?? ["service"]);
  if (!by.every((label) => LABEL_NAME.test(label))) reader.refuse("by", "names of labels");
  return {
    name,
    severity: reader.choice("severity", SEVERITIES, "medium"),
    summary: reader.text("summary", defaults.summary ?? `${name} of {service}: {value}`),
    runbook: reader.text("runbook", ""),
    by,
    labels: reader.labels("labels"),
    unit: reader.choice("unit", VALUE_UNITS, defaults.unit ?? ""),
    forMs: reader.durationMs("forMs", defaults.forMs ?? 0),
    clearForMs: reader.durationMs("clearForMs", 60_000),
    leastFiringMs: reader.durationMs("leastFiringMs", 60_000),
    missing: reader.choice("missing", MISSING_DATA, "keep"),
    forgetAfterMs: reader.durationMs("forgetAfterMs", defaults.forgetAfterMs ?? HOUR_MS, 1000),
  };
}

function parseThreshold(reader: RuleReader): ThresholdRule {
  const base = parseBase(reader);
  const measure = parseMeasure(reader.object("measure"));
  const when = reader.choice("when", ["above", "below"]);
  const threshold = reader.number("threshold", {});
  const isAbove = when === "above";
  const clearBounds = isAbove ? { most: threshold } : { least: threshold };
  const clearThreshold = reader.number("clearThreshold", clearBounds, threshold);
  return { ...base, kind: "threshold", measure, when, threshold, clearThreshold };
}

function parseAbsence(reader: RuleReader): AbsenceRule {
  const base = parseBase(reader, { unit: "seconds", forMs: 60_000, forgetAfterMs: DAY_MS });
  const frame = reader.has("while") ? parseSelector(reader.object("while")) : undefined;
  return {
    ...base,
    kind: "absence",
    of: parseSelector(reader.object("of")),
    ...(frame === undefined ? {} : { while: frame }),
  };
}

function parseBurnRate(reader: RuleReader): BurnRateRule {
  const base = parseBase(reader, { forgetAfterMs: 6 * HOUR_MS });
  return {
    ...base,
    kind: "burn-rate",
    of: parseSelector(reader.object("of")),
    bad: parseEventPart(reader.object("bad")),
    objective: reader.number("objective", { least: 0.5, below: 1 }),
    windows: reader.has("windows")
      ? reader.objects("windows").map(parseBurnWindow)
      : WORKBOOK_WINDOWS,
    leastBad: reader.number("leastBad", { least: 1 }, 10),
  };
}

function parseBurnWindow(reader: RuleReader): BurnWindow {
  const longMs = reader.durationMs("longMs", undefined, 60_000);
  const shortMs = reader.durationMs("shortMs", undefined, 1000);
  if (shortMs > longMs) reader.refuse("shortMs", `at most longMs (${longMs})`);
  const factor = reader.number("factor", { above: 0 });
  const severity = reader.choice("severity", SEVERITIES, "high");
  reader.finish();
  return { longMs, shortMs, factor, severity };
}

function parseSequential(reader: RuleReader): SequentialRule {
  const base = parseBase(reader, { unit: "ratio" });
  const allowedShare = reader.number("allowedShare", { above: 0, below: 1 });
  const noticeShare = reader.number(
    "noticeShare",
    { above: allowedShare, below: 1 },
    Math.min(10 * allowedShare, (1 + allowedShare) / 2),
  );
  return {
    ...base,
    kind: "sequential",
    of: parseSelector(reader.object("of")),
    bad: parseEventPart(reader.object("bad")),
    allowedShare,
    noticeShare,
    falseAlarmsAWeek: reader.number("falseAlarmsAWeek", { above: 0, most: 1000 }, 0.1),
    leastBadSteps: reader.choice("leastBadSteps", [3, 1, 2, 4, 5, 6, 7, 8, 9, 10], 3),
    clearWindowMs: reader.durationMs("clearWindowMs", 120_000, 1000),
    clearShare: reader.number(
      "clearShare",
      { least: allowedShare, most: noticeShare },
      Math.sqrt(allowedShare * noticeShare),
    ),
    ...(reader.has("afterDeploy")
      ? { afterDeploy: parseAfterDeploy(reader.object("afterDeploy"), allowedShare) }
      : {}),
  };
}

function parseAfterDeploy(
  reader: RuleReader,
  above: number,
): NonNullable<SequentialRule["afterDeploy"]> {
  const forMs = reader.durationMs("forMs");
  const allowedShare = reader.number("allowedShare", { above, below: 1 });
  reader.finish();
  return { forMs, allowedShare };
}

function parseAnomaly(reader: RuleReader): AnomalyRule {
  return {
    ...parseBase(reader),
    kind: "anomaly",
    measure: parseMeasure(reader.object("measure")),
    everyMs: reader.durationMs("everyMs", 60_000, 1000),
    falseAlarmsAWeek: reader.number("falseAlarmsAWeek", { least: 0.01, most: 1000 }, 0.5),
    direction: reader.choice("direction", ["up", "down", "both"], "both"),
  };
}

function parseForecast(reader: RuleReader): ForecastRule {
  const base = parseBase(reader, { unit: "seconds" });
  const measure = parseMeasure(reader.object("measure"));
  if (measure.kind !== "gauge") return reader.refuse("measure", "of kind gauge");
  const horizonMs = reader.durationMs("horizonMs", DAY_MS, 60_000);
  return {
    ...base,
    kind: "forecast",
    measure,
    limit: reader.isNumber("limit")
      ? reader.number("limit", {})
      : parseSelector(reader.object("limit")),
    horizonMs,
    historyMs: reader.durationMs("historyMs", horizonMs, 60_000),
    confidence: reader.choice("confidence", [0.8, 0.9, 0.95], 0.8),
    fromShare: reader.number("fromShare", { least: 0, below: 1 }, 0.5),
  };
}

function parseFinding(reader: RuleReader): FindingRule {
  const base = parseBase(reader, {
    by: ["service", "finding_kind", "subject"],
    summary: "{finding}",
    forgetAfterMs: 6 * HOUR_MS,
  });
  const kinds = (key: string): FindingRule["kinds"] =>
    reader
      .texts(key, [])
      .map(
        (kind) =>
          FINDING_KINDS.find((known) => known === kind) ?? reader.refuse(key, "kinds of findings"),
      );
  return {
    ...base,
    kind: "finding",
    least: reader.choice("least", SEVERITIES, "high"),
    kinds: kinds("kinds"),
    exceptKinds: kinds("exceptKinds"),
  };
}
