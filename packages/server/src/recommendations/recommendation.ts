import type { RecommendationState, RecommendationSummary } from "@streamgate/contract";
import type { Finding } from "@streamgate/core";

/** A finding with what became of it: from the store, from a watched process, or from watching a database. */
export interface Recommendation {
  readonly summary: RecommendationSummary;
  readonly finding: Finding;
  /** A later look at the whole target did not find it again. */
  readonly isGone: boolean;
  /** Told at the moment, by a watched process or by what watches a database: no turn found it, and nothing can be applied. */
  readonly isTold: boolean;
}

/** What still wants something done, or a decision. */
export const OPEN_STATES: ReadonlySet<RecommendationState> = new Set<RecommendationState>([
  "found",
  "proven",
  "applying",
  "applied",
  "no change",
  "harmful",
  "inconclusive",
  "reverting",
]);
