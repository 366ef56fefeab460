import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";

export type AlertState = "pending" | "firing" | "resolved";

/**
 * An alert changed its state: what the evaluation of rules says, and what notification acts upon.
 * The same transition told twice (by two servers, or after a crash) has the same `alertId`, `state`
 * and `startedAtMs`, and counts once.
 */
export interface AlertTransition {
  /** Of the rule and the alert's labels: the same problem again has the same id. */
  readonly alertId: string;
  readonly ruleName: string;
  readonly state: AlertState;
  readonly severity: Severity;
  /** With `alertname` and the labels of the series. */
  readonly labels: Labels;
  /** One sentence for a person: what is wrong, with figures. */
  readonly summary: string;
  /** More: what was compared with what, since when. */
  readonly description: string;
  /** Address or path of the runbook. */
  readonly runbook: string;
  readonly value: number;
  /** When the condition began to hold, in ms since 1970. */
  readonly startedAtMs: number;
  /** When this state began. */
  readonly atMs: number;
}
