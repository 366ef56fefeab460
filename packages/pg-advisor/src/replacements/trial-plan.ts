import type { ResultComparison } from "@streamgate/core";
import type { Trial } from "../rewrites/timing/time-in-turn.ts";

/** How a replacement is tried on a lab: what runs in both ways, and whether it brought the same. */
export interface TrialPlan {
  /** At least one. */
  readonly trials: readonly Trial[];
  readonly results: ResultComparison;
  /** What the figures are about, for a person: `pages behind 40 to 2,000 rows`; empty where nothing needs saying. */
  readonly about: string;
  /** Of fewer columns: what all trials send, in bytes of their values as text. */
  readonly sent?: { readonly before: number; readonly after: number };
}

/** Why it cannot be tried there. */
export interface NoTrial {
  readonly because: string;
}
