import type { Alert, AlertsQuery } from "@streamgate/contract";
import { SEVERITIES, type Severity } from "@streamgate/core";
import type { AlertTransition, LabelsPredicate, RecordedAlert } from "@streamgate/monitor";
import { instantOf } from "../ranges/time-range.ts";

/** What fires, as it is remembered, and what is about to, as this instance sees it. */
export interface StandingAlerts {
  readonly firing: readonly RecordedAlert[];
  readonly pending: readonly AlertTransition[];
}

export function alertView(
  alert: RecordedAlert | AlertTransition,
  isSilenced: LabelsPredicate,
): Alert {
  const { alertId, ruleName, state, severity, labels, summary, description, runbook } = alert;
  return {
    id: alertId,
    rule: ruleName,
    state,
    severity,
    labels,
    summary,
    description,
    runbook,
    value: Number.isFinite(alert.value) ? alert.value : null,
    startedAt: instantOf(alert.startedAtMs),
    stateSince: instantOf(alert.atMs),
    incident: "incident" in alert ? (alert.incident ?? null) : null,
    isSilenced: isSilenced(labels),
  };
}

/** The alerts that are asked for: firing before pending, then the most severe, then the latest. */
export function selectAlerts(
  { firing, pending }: StandingAlerts,
  { state, severity = "info", service }: AlertsQuery,
  isSilenced: LabelsPredicate,
): readonly Alert[] {
  const known = new Set(firing.map(({ alertId }) => alertId));
  const wanted = [
    ...firing.filter((alert) => alert.state === "firing"),
    ...pending.filter(({ alertId }) => !known.has(alertId)),
  ].filter(
    (alert) =>
      (state === undefined || alert.state === state) &&
      rankOf(alert.severity) >= rankOf(severity) &&
      (service === undefined || alert.labels.service === service),
  );
  return wanted.sort(byUrgency).map((alert) => alertView(alert, isSilenced));
}

function byUrgency(
  left: RecordedAlert | AlertTransition,
  right: RecordedAlert | AlertTransition,
): number {
  if (left.state !== right.state) return left.state === "firing" ? -1 : 1;
  return rankOf(right.severity) - rankOf(left.severity) || right.startedAtMs - left.startedAtMs;
}

function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
