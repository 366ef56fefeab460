import type { Declined, Interval } from "@streamgate/core";
import type { Candidate } from "../candidates/candidate.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { TimeModel } from "./calibration/time-model.ts";
import type { IndexWriteCost } from "./write-rates.ts";

/** What one statement gains from a chosen index, estimated. */
export interface StatementGain {
  readonly fingerprint: string;
  /** Planner's cost with the indexes of today, and with this one and the chosen ones that save more beside them. */
  readonly costBefore: number;
  readonly costAfter: number;
  /**
   * Mean time a call: measured by the counters before; expected after, by the calibrated times of both plans. Only what this index spares
   * beside the chosen ones that save more goes, so that no time is saved twice.
   */
  readonly meanBeforeMs: number;
  readonly expectedMeanMs: number;
  /** The same with this index alone, as a lab measures it. */
  readonly expectedAloneMs?: number;
  /** The expected mean with its interval. */
  readonly expectedMean?: Interval;
}

/** A statement that the chosen indexes would make slower, and that they are worth nevertheless. */
export interface SlowerStatement {
  readonly fingerprint: string;
  readonly text: string;
  /** Its time as a multiple of today's, doubts about nested loops included. */
  readonly ratio: number;
}

/** An existing index that a chosen one makes superfluous. */
export interface ReplacedIndex extends RelationName {
  readonly sizeBytes: number;
  readonly writeCostMsPerHour: number;
}

/** A candidate that is worth its place. */
export interface ChosenIndex {
  readonly candidate: Candidate;
  readonly predictedSizeBytes: number;
  readonly gains: readonly StatementGain[];
  /** What it saves beside the other chosen indexes, so that the savings of all add up. */
  readonly savedMsPerHour: number;
  /** The same with its interval. */
  readonly saved?: Interval;
  /** What the whole set would save less without it. */
  readonly missedMsPerHour?: number;
  /** Estimated time that keeping it costs writers. */
  readonly writeCostMsPerHour: number;
  readonly writeCost?: IndexWriteCost;
  readonly slower?: readonly SlowerStatement[];
  /** Existing indexes that may go once it stands. */
  readonly replaces?: readonly ReplacedIndex[];
}

/** The best set within one budget. */
export interface ParetoPoint {
  readonly sizeBytes: number;
  readonly indexes: readonly string[];
  readonly savedMsPerHour: number;
  /** Less what writers and storage pay. */
  readonly netMsPerHour: number;
  /** What the weighed statements would take of each hour. */
  readonly msPerHourAfter: number;
  /** What no set of this size can exceed, net. */
  readonly boundMsPerHour: number;
}

/** How good the choice is known to be. */
export interface ChoiceBound {
  /** What the chosen set saves, less what writers and storage pay. */
  readonly netMsPerHour: number;
  /** What no set of the candidates within the budget can exceed. */
  readonly boundMsPerHour: number;
  /** How far the chosen set is below the bound at the most, 0 to 1. */
  readonly gap: number;
  /** Whether the search came to its end; false where time or plans ran out. */
  readonly isComplete: boolean;
}

export interface Choice {
  /** Most time saved first. */
  readonly chosen: readonly ChosenIndex[];
  readonly declined: readonly Declined[];
  /** How many plans were asked for. */
  readonly plannerCalls: number;
  /** How many plans of other configurations answered as well. */
  readonly plannerCallsSaved?: number;
  /** Statements whose plans were weighed, and their share of the workload's time, 0 to 1. */
  readonly weighed: { readonly statements: number; readonly shareOfTime: number };
  readonly bound?: ChoiceBound;
  /** Milliseconds a unit of cost on this database. */
  readonly timeModel?: TimeModel;
  /** By rising size; empty where it was not asked for. */
  readonly pareto?: readonly ParetoPoint[];
}
