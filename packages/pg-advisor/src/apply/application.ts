/** What became of one step. */
export type StepOutcome =
  | "done"
  /** It was so before: the index stood, or was already dropped. */
  | "already there"
  /** A partition's index that falls when a later step drops the index of its parent. */
  | "falls with its parent";

export interface AppliedStep {
  readonly sql: string;
  readonly durationMs: number;
  /** How often it was started; 0 where there was nothing to do. */
  readonly attempts: number;
  readonly outcome: StepOutcome;
}

/** A fix that stands in the database, or that was taken back. */
export interface Application {
  /** ISO 8601 instant at which the last step ended. */
  readonly appliedAt: string;
  readonly durationMs: number;
  /** In the order in which they ran. */
  readonly steps: readonly AppliedStep[];
}
