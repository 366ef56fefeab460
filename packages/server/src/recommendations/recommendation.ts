import type { RecommendationState, RecommendationSummary } from "@streamgate/contract";
import type { Finding } from "@streamgate/core";

/** A finding with what became of it, from the store or from a watched process. */
export interface Recommendation {
  readonly summary: RecommendationSummary;
  readonly finding: Finding;
  /** A later look at the whole target did not find it again. */
  readonly isGone: boolean;
  /** Told by a watched process: it lives there alone. */
  readonly isOfProcess: boolean;
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
