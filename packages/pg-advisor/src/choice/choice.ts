import type { Declined } from "@streamgate/core";
import type { Candidate } from "../candidates/candidate.ts";

/** What one statement gains from a chosen index, estimated. */
export interface StatementGain {
  readonly fingerprint: string;
  /** Planner's cost with the indexes of today, and with this one beside them. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** Mean time a call: measured by the counters before, scaled by the costs after. */
  readonly meanBeforeMs: number;
  readonly expectedMeanMs: number;
}

/** A candidate that is worth its place. */
export interface ChosenIndex {
  readonly candidate: Candidate;
  readonly predictedSizeBytes: number;
  readonly gains: readonly StatementGain[];
  /** What it saves beside the other chosen indexes, so that the savings of all add up. */
  readonly savedMsPerHour: number;
  /** Estimated time that keeping it costs writers. */
  readonly writeCostMsPerHour: number;
}

export interface Choice {
  /** Most time saved first. */
  readonly chosen: readonly ChosenIndex[];
  readonly declined: readonly Declined[];
  /** How many plans were asked for. */
  readonly plannerCalls: number;
  /** Statements whose plans were weighed, and their share of the workload's time, 0 to 1. */
  readonly weighed: { readonly statements: number; readonly shareOfTime: number };
}
