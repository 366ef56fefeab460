import { createHash } from "node:crypto";
import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import { fillIn, formatValue } from "./alert-text.ts";
import type { Condition, Moment, Verdict } from "./conditions/condition.ts";
import type { Rule } from "./rules/rule.ts";
import type { AlertState, AlertTransition } from "./transition.ts";

/** One problem of one rule: where it stands. Changed in place by `advance`. */
export interface Alert {
  readonly id: string;
  readonly rule: Rule;
  readonly severity: Severity;
  readonly labels: Labels;
  state: "inactive" | "pending" | "firing";
  value: number;
  /** Wall time when the condition began to hold, and when the state began. */
  startedAtMs: number;
  atMs: number;
  /** Watched time when the state began, when the condition was last seen to hold, and when anything was last known. */
  enteredMs: number;
  clearSinceMs: number | undefined;
  knownMs: number;
  /** Kept for whoever asks what is active. */
  summary: string;
  description: string;
}

/** The same problem has the same id on every server and after every restart. */
function alertIdOf(ruleName: string, labels: Labels): string {
  const pairs = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify([ruleName, ...pairs.flat()]);
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

export function newAlert(
  rule: Rule,
  severity: Severity,
  groupLabels: Labels,
  watchedMs: number,
): Alert {
  return {
    id: alertIdOf(rule.name, groupLabels),
    rule,
    severity,
    labels: { ...rule.labels, ...groupLabels, alertname: rule.name, severity },
    state: "inactive",
    value: Number.NaN,
    startedAtMs: Number.NaN,
    atMs: Number.NaN,
    enteredMs: watchedMs,
    clearSinceMs: undefined,
    knownMs: watchedMs,
    summary: "",
    description: "",
  };
}

/**
 * Moves an alert on by what its condition says now: pending while the condition must still last, firing, and
 * resolved only after it was clear for a while and fired for the least time, so that it does not flap.
 *
 * @returns the new state where it changed
 */
export function advance(alert: Alert, verdict: Verdict, moment: Moment): AlertState | undefined {
  const { rule } = alert;
  if (verdict.holds !== "unknown") {
    alert.knownMs = moment.watchedMs;
    alert.value = verdict.value;
  }
  const holds = treatMissing(alert, verdict.holds, moment);
  if (holds === "unknown") return undefined;
  if (alert.state === "firing") return holdOrResolve(alert, holds, moment);
  if (holds !== "yes") return alert.state === "pending" ? leave(alert, moment) : undefined;
  if (alert.state === "inactive") {
    alert.startedAtMs = moment.nowMs;
    if (rule.forMs > 0) return enter(alert, "pending", moment);
  } else if (moment.watchedMs - alert.enteredMs < rule.forMs) return undefined;
  return enter(alert, "firing", moment);
}

function treatMissing(
  { rule, knownMs, state }: Alert,
  holds: Verdict["holds"],
  { watchedMs }: Moment,
): Verdict["holds"] {
  if (holds !== "unknown") return holds;
  if (state !== "inactive" && watchedMs - knownMs > rule.forgetAfterMs) return "no";
  switch (rule.missing) {
    case "keep":
      return "unknown";
    case "resolve":
      return "no";
    case "fire":
      return "yes";
  }
}

function holdOrResolve(
  alert: Alert,
  holds: "yes" | "no" | "between",
  moment: Moment,
): AlertState | undefined {
  if (holds !== "no") {
    alert.clearSinceMs = undefined;
    return undefined;
  }
  alert.clearSinceMs ??= moment.watchedMs;
  const isClear = moment.watchedMs - alert.clearSinceMs >= alert.rule.clearForMs;
  const firedLong = moment.watchedMs - alert.enteredMs >= alert.rule.leastFiringMs;
  return isClear && firedLong ? leave(alert, moment) : undefined;
}

function enter(alert: Alert, state: "pending" | "firing", moment: Moment): AlertState {
  alert.state = state;
  alert.enteredMs = moment.watchedMs;
  alert.atMs = moment.nowMs;
  alert.clearSinceMs = undefined;
  return state;
}

function leave(alert: Alert, moment: Moment): AlertState {
  alert.state = "inactive";
  alert.enteredMs = moment.watchedMs;
  alert.atMs = moment.nowMs;
  alert.clearSinceMs = undefined;
  return "resolved";
}

/** Writes what is wrong, with figures, for a person. */
export function tellAlert(alert: Alert, condition: Pick<Condition, "describe" | "words">): void {
  const value = formatValue(alert.value, alert.rule.unit);
  const words = { ...alert.labels, ...condition.words?.() };
  alert.summary = fillIn(alert.rule.summary, words, value);
  alert.description = condition.describe(value);
}

export function transitionOf(alert: Alert, state: AlertState): AlertTransition {
  return {
    alertId: alert.id,
    ruleName: alert.rule.name,
    state,
    severity: alert.severity,
    labels: alert.labels,
    summary: alert.summary,
    description: alert.description,
    runbook: alert.rule.runbook,
    value: alert.value,
    startedAtMs: alert.startedAtMs,
    atMs: alert.atMs,
  };
}
