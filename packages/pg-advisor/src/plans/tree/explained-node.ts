import type { PlanNode } from "../plan.ts";
import type { Properties } from "./explained-plan.ts";

/** One node with all that EXPLAIN said of it; what it did not say is null, 0 or empty. */
export interface ExplainedNode extends PlanNode {
  /** Its place in the order in which EXPLAIN lists the nodes, from 1. */
  readonly id: number;
  readonly children: readonly ExplainedNode[];
  /** Null where the statement did not run. */
  readonly actual: ActualRun | null;
  readonly conditions: readonly Condition[];
  /** What it returns, under VERBOSE. */
  readonly output: readonly string[];
  readonly groupKeys: readonly string[];
  /** Averages a loop, as EXPLAIN prints them. */
  readonly removed: RemovedRows;
  readonly sort: SortFacts | null;
  readonly hash: HashFacts | null;
  readonly hashAggregate: HashAggregateFacts | null;
  readonly memoize: MemoizeFacts | null;
  readonly bitmap: BitmapFacts | null;
  /** Rows that an Index Only Scan had to look up in the table, over all loops; null for other nodes. */
  readonly heapFetches: number | null;
  /** Descents of an index, from 18 on. */
  readonly indexSearches: number | null;
  /** What it and all below it read and wrote, over all loops and workers; null without BUFFERS. */
  readonly blocks: BlockCounts | null;
  /** Milliseconds spent in reading and writing blocks; null without track_io_timing. */
  readonly ioMs: number | null;
  readonly wal: WalFacts | null;
  readonly workersLaunched: number | null;
  readonly workers: readonly WorkerRun[];
  /** Partitions that were left out when the execution began. */
  readonly subplansRemoved: number;
  readonly cteName: string | null;
  readonly functionName: string | null;
  /** Where a Materialize, CTE Scan or WindowAgg keeps its rows, from 18 on. */
  readonly storage: { readonly isOnDisk: boolean; readonly maximumKb: number } | null;
  /** Whether the planner took it although it was told not to, from 18 on. */
  readonly isDisabled: boolean;
  /** Everything, under the names that EXPLAIN (FORMAT JSON) gives it. */
  readonly properties: Properties;
}

/** What really happened: averages over the loops. Times are null under TIMING OFF. */
export interface ActualRun {
  readonly startupMs: number | null;
  readonly totalMs: number | null;
  readonly rows: number;
  /** 0: never executed. Below a Gather: those of all processes together. */
  readonly loops: number;
}

/** A condition as EXPLAIN prints it: `Filter`, `Index Cond`, `Hash Cond`, `Join Filter`, … */
export interface Condition {
  readonly name: string;
  readonly text: string;
}

interface RemovedRows {
  readonly byFilter: number;
  readonly byJoinFilter: number;
  readonly byIndexRecheck: number;
}

export interface SortFacts {
  /** `quicksort`, `top-N heapsort`, `external merge`, `external sort`. */
  readonly method: string;
  readonly spaceKb: number;
  readonly isOnDisk: boolean;
}

export interface HashFacts {
  readonly buckets: number;
  readonly batches: number;
  readonly originalBatches: number;
  readonly peakMemoryKb: number;
}

export interface HashAggregateFacts {
  readonly batches: number;
  readonly plannedPartitions: number;
  readonly peakMemoryKb: number;
  readonly diskKb: number;
}

export interface MemoizeFacts {
  readonly key: string;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly overflows: number;
  readonly peakMemoryKb: number;
}

/** Pages that a bitmap named row by row, and those that it named as wholes for want of memory. */
export interface BitmapFacts {
  readonly exactBlocks: number;
  readonly lossyBlocks: number;
}

export interface BlockCounts {
  readonly sharedHit: number;
  readonly sharedRead: number;
  readonly sharedDirtied: number;
  readonly sharedWritten: number;
  readonly localHit: number;
  readonly localRead: number;
  readonly localDirtied: number;
  readonly localWritten: number;
  readonly tempRead: number;
  readonly tempWritten: number;
}

export interface WalFacts {
  readonly records: number;
  readonly fullPageImages: number;
  readonly bytes: number;
}

/** What one worker of a parallel plan said for itself, under VERBOSE. */
export interface WorkerRun {
  readonly number: number;
  readonly actual: ActualRun | null;
  readonly sort: SortFacts | null;
  readonly hashAggregate: HashAggregateFacts | null;
  readonly blocks: BlockCounts | null;
}
