/** The strongest lock that a step holds on its relation (PostgreSQL manual, 13.3 Explicit Locking). */
export type TableLock =
  | "none"
  | "ACCESS SHARE"
  | "SHARE UPDATE EXCLUSIVE"
  | "SHARE"
  | "SHARE ROW EXCLUSIVE"
  | "ACCESS EXCLUSIVE";

/** One reversible SQL statement. */
export interface SqlStep {
  readonly kind: "sql";
  readonly apply: string;
  readonly revert: string;
  /** The lock that `apply` holds while it works. */
  readonly lock: TableLock;
  /** False for statements such as CREATE INDEX CONCURRENTLY that refuse a transaction block. */
  readonly isTransactional: boolean;
}

/** A server or session setting changed and put back. */
export interface SettingStep {
  readonly kind: "setting";
  readonly name: string;
  readonly value: string;
  readonly previousValue: string;
}

export type FixStep = SqlStep | SettingStep;

/** Steps that can be applied and reverted, with what they cost while they run. */
export interface Fix {
  /** One sentence: what the fix does. */
  readonly summary: string;
  readonly steps: readonly FixStep[];
  readonly risk: "low" | "medium" | "high";
  /** Why the risk is what it is, in one sentence. */
  readonly riskReason: string;
  /** Estimated duration of the apply, in milliseconds. */
  readonly expectedDurationMs: number;
  /** Estimated disk space that the fix takes, in bytes. */
  readonly expectedSizeBytes: number;
}
