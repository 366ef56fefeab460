import type { Proof, Verification } from "@streamgate/core";
import type { Figure } from "./basics.ts";
import type { PlanNodeView } from "./plans.ts";
import type { RecommendationSummary } from "./recommendations.ts";

/** One line of the ledger: what was predicted, and what came. */
export interface LedgerLine {
  readonly what: string;
  readonly predicted: Figure;
  readonly measured: Figure;
  readonly verified: Figure;
}

/** A row of two plans laid side by side. */
export interface PlanDiffRow {
  readonly depth: number;
  readonly before: Omit<PlanNodeView, "children"> | null;
  readonly after: Omit<PlanNodeView, "children"> | null;
  readonly change: "same" | "changed" | "gone" | "new";
}

/** One statement of a proof, ready to be drawn. */
export interface ProvenStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly role: "affected" | "bystander";
  readonly before: { readonly p50: Figure; readonly p95: Figure; readonly runs: number };
  readonly after: { readonly p50: Figure; readonly p95: Figure; readonly runs: number };
  readonly speedupOfMedian: Figure;
  readonly speedupOfP95: Figure;
  /** after − before at each decile, with its interval: the quantile shift. */
  readonly shift: readonly { readonly quantile: number; readonly differenceMs: Figure }[];
  /** The two distributions: density at each of the instants of `atMs`. */
  readonly density: {
    readonly atMs: readonly number[];
    readonly before: readonly number[];
    readonly after: readonly number[];
  };
  readonly results: string;
  readonly plan: readonly PlanDiffRow[];
  readonly usesFix: boolean;
  /** What was sent in its place; absent where a fix was proven. */
  readonly replacedBy?: string;
}

export interface ProofView {
  readonly recommendation: RecommendationSummary;
  readonly verdict: Proof["verdict"] | null;
  readonly explanation: string;
  /** The proof as it was recorded; null where there is none yet. */
  readonly proof: Proof | null;
  readonly statements: readonly ProvenStatement[];
  readonly ledger: readonly LedgerLine[];
  /** What got worse, or might: write cost, disk, bystanders. */
  readonly sideEffects: readonly {
    readonly what: string;
    readonly figure: Figure;
    readonly isHarm: boolean;
  }[];
  readonly verification: Verification | null;
  /** What was not touched, and how much it moved by itself. */
  readonly control: { readonly statements: number; readonly drift: Figure } | null;
  /** The SQL that takes it back. */
  readonly undo: readonly string[];
}

/** How well predictions of time saved held on one database: of all fixes that a lab or production judged. */
export interface TrackRecord {
  /** Predictions that were judged. */
  readonly judged: number;
  /** How many of them were 0.8 to 1.25 times what was measured. */
  readonly withinBand: number;
  /** predicted ÷ measured, the median: above 1 promised too much. */
  readonly medianRatio: number;
  /** predicted ÷ measured of this recommendation; null where it was not judged. */
  readonly own: number | null;
}
