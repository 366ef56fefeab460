import type { ResultComparison } from "@streamgate/core";
import type { Trial } from "../rewrites/timing/time-in-turn.ts";

/** How a replacement is tried on a lab: what runs in both ways, and whether it brought the same. */
export interface TrialPlan {
  /** At least one. */
  readonly trials: readonly Trial[];
  readonly results: ResultComparison;
  /** What the figures are about, for a person: `pages behind 40 to 2,000 rows`; empty where nothing needs saying. */
  readonly about: string;
  /** What the database has less to do where time alone may not tell, over all trials. */
  readonly spared?: Spared;
}

/** Work that is counted, not timed: the same in every run. */
export interface Spared {
  /** `bytes are sent`, for a person. */
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/** Why it cannot be tried there. */
export interface NoTrial {
  readonly because: string;
}
