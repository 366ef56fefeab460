import type { RelationName } from "../snapshot/snapshot.ts";

/** The statements of a window, with what they cost and how they may be called. */
export interface Workload {
  readonly window: WorkloadWindow;
  /** By total time, most first. */
  readonly statements: readonly Statement[];
  /** Statements that cannot be advised on, each with its reason. */
  readonly declined: readonly DeclinedStatement[];
}

export interface WorkloadWindow {
  /** Where the statements come from. */
  readonly source: "counters since reset" | "difference of two snapshots" | "file";
  readonly from: string | null;
  readonly to: string;
  readonly durationMs: number;
}

/** One normalised SQL text with its fingerprint. */
export interface Statement {
  /** libpg-query's fingerprint of the parsed text. */
  readonly fingerprint: string;
  /** Parses as it stands; constants are `$1`, `$2`, …. */
  readonly text: string;
  /** pg_stat_statements' own ids of the entries that share this fingerprint. */
  readonly queryIds: readonly string[];
  readonly kind: "select" | "insert" | "update" | "delete" | "merge";
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
  readonly relations: readonly RelationName[];
  /** How many `$n` the text has. */
  readonly parameterCount: number;
  /** Values to plan and run it with; at least one. */
  readonly samples: readonly ParameterSample[];
  /** True where nothing was measured and the times are the planner's cost times a nominal constant. */
  readonly isTimeEstimated?: boolean;
  /** Present where the twin cannot carry it and HypoPG plans it, on the watched server itself. */
  readonly plannedBy?: "hypopg";
}

/** One set of values for a statement's parameters. */
export interface ParameterSample {
  /** Text form of `$1`, `$2`, …; null is SQL NULL. */
  readonly values: readonly (string | null)[];
  /** How often such a call happens among the samples; they add up to 1. */
  readonly weight: number;
  /** `given`: read from the workload; `common`, `typical`, `rare`: drawn from the planner's statistics. */
  readonly origin: "given" | "common" | "typical" | "rare";
}

export interface DeclinedStatement {
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly reason:
    | "does not parse"
    | "text cut off"
    | "utility statement"
    | "touches no user table"
    | "relation unknown"
    | "cannot be planned"
    | "StreamGate's own";
  readonly explanation: string;
}
