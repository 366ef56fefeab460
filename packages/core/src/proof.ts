import type { Interval } from "./evidence.ts";

export const PROOF_VERDICTS = ["proven", "not proven", "harmful"] as const;
export type ProofVerdict = (typeof PROOF_VERDICTS)[number];

/** Where a proof ran. */
export interface LabDescription {
  /** `copy`: rows that StreamGate copied into its embedded PostgreSQL; `named`: a database that the user named. */
  readonly kind: "copy" | "named";
  /** Host, port and database, never a password. */
  readonly address: string;
  readonly serverVersion: string;
  /** For each table touched, the share of its rows that the lab holds, 0 to 1. */
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly share: number;
  }[];
}

/** How the results of the two versions compare. */
export type ResultComparison =
  | { readonly kind: "identical"; readonly rows: number }
  /** The rows differ only where the statement leaves their choice open (LIMIT over tied sort keys). */
  | { readonly kind: "identical but for ties"; readonly rows: number }
  | { readonly kind: "different"; readonly explanation: string };

/** One statement, run before and after, interleaved. */
export interface StatementProof {
  readonly fingerprint: string;
  readonly text: string;
  /** Whether the advice counts on this statement, or watches it for side effects. */
  readonly role: "affected" | "bystander";
  /** Milliseconds of every timed call without the fix, in the order they ran. */
  readonly beforeMs: readonly number[];
  readonly afterMs: readonly number[];
  /** before ÷ after of the medians: above 1 is faster. */
  readonly speedupOfMedian: Interval;
  readonly speedupOfP95: Interval;
  readonly results: ResultComparison;
  /** EXPLAIN (ANALYZE, BUFFERS) of one typical call, as text. */
  readonly planBefore: string;
  readonly planAfter: string;
  readonly usesFix: boolean;
  /** What was sent in its place, where a replacement was proven. */
  readonly replacedBy?: string;
}

/** How two ways of asking were shown to be equal, beyond the rows of the lab. */
export interface EqualityProof {
  /** Small databases drawn to tell them apart, on which both ran. */
  readonly databases: number;
  /** On how many of them the result had a row. */
  readonly withRows: number;
}

/** What the fix costs when rows are written. */
export interface WriteCost {
  readonly table: string;
  readonly rows: number;
  /** Microseconds an inserted row without and with the fix. */
  readonly beforeUs: number;
  readonly afterUs: number;
  /** after ÷ before. */
  readonly ratio: Interval;
}

/** The same work before and after a fix. Its figures are `measured`. */
export interface Proof {
  readonly verdict: ProofVerdict;
  /** One sentence: why this verdict. */
  readonly explanation: string;
  readonly lab: LabDescription;
  /** Ids of other findings whose fixes stood in both versions. @default none: the fix alone */
  readonly beside?: readonly string[];
  readonly statements: readonly StatementProof[];
  /** Of a rewriting: where else both ways of asking gave the same. */
  readonly equality?: EqualityProof;
  readonly predictedSizeBytes: number;
  readonly realSizeBytes: number;
  readonly buildMs: number;
  readonly writeCost?: WriteCost;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Seed of the order and of the parameters, so that the run can be repeated. */
  readonly seed: number;
}
