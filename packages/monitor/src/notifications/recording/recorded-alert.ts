import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";

/** An alert as all instances remember it: its latest state that counts. */
export interface RecordedAlert {
  readonly alertId: string;
  readonly ruleName: string;
  readonly state: "firing" | "resolved";
  readonly severity: Severity;
  readonly labels: Labels;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  readonly value: number;
  /** When the condition of this stretch of firing began to hold, in ms since 1970. */
  readonly startedAtMs: number;
  /** When this state began. */
  readonly atMs: number;
  /** The incident of this stretch of firing. */
  readonly incident: string | undefined;
}
