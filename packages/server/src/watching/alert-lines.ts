import type {
  AlertTransition,
  Incident,
  LabelMatcher,
  RecordedAlert,
  Silence,
} from "@streamgate/monitor";
import { oneLine } from "../report/text/layout.ts";

/** `2026-11-21 09:30:12Z  FIRING    high      the API answers slowly …` */
export function transitionLine({ atMs, state, severity, summary }: AlertTransition): string {
  return `${instant(atMs)}  ${state.toUpperCase().padEnd(8)}  ${severity.padEnd(8)}  ${oneLine(summary)}`;
}

export function alertLines(alert: RecordedAlert): string {
  const { startedAtMs, severity, summary, ruleName, runbook, incident } = alert;
  const details = [
    ruleName,
    ...(incident === undefined ? [] : [`incident ${incident}`]),
    ...(runbook === "" ? [] : [`runbook: ${oneLine(runbook)}`]),
  ];
  return `${instant(startedAtMs)}  ${severity.padEnd(8)}  ${oneLine(summary)}\n    ${details.join("; ")}`;
}

export function incidentLine({ id, status, severity, startedAtMs, title }: Incident): string {
  return `${id.padStart(4)}  ${instant(startedAtMs)}  ${status.padEnd(12)}  ${severity.padEnd(8)}  ${oneLine(title)}`;
}

export function silenceLine({ id, matchers, toMs, author, comment }: Silence): string {
  const conditions = matchers.map(matcherText).join(" ");
  return `${id}  until ${instant(toMs)}  ${oneLine(conditions)}  by ${oneLine(author)}: ${oneLine(comment)}`;
}

function matcherText(matcher: LabelMatcher): string {
  if ("is" in matcher) return `${matcher.label}=${matcher.is}`;
  if ("isNot" in matcher) return `${matcher.label}!=${matcher.isNot}`;
  if ("matches" in matcher) return `${matcher.label}=~${matcher.matches}`;
  return `${matcher.label}!~${matcher.matchesNot}`;
}

/** `2026-11-21 09:30:12Z` */
export function instant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
