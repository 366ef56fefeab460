import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";

/** A SortTuple of 24 bytes in an array that grows by doubling, and the allocator's header for each row (tuplesort.c, aset.c). */
const BYTES_A_SORTED_ROW = 24 * 2 + 16;
/** What a row on tape takes less than the same row in memory: padding and header. */
const TAPE_TO_MEMORY = 1.15;

/**
 * Memory in which a sort that spilled would have stayed, in bytes. Of a parallel sort, that of all processes: how rows fall to them
 * changes from run to run, and where no worker can be had one process sorts all.
 */
export function memoryForSort(at: WeighedNode): number {
  const sorts = [at.node.sort, ...at.node.workers.map((worker) => worker.sort)];
  const diskKb = sorts.reduce((sum, sort) => sum + (sort?.isOnDisk === true ? sort.spaceKb : 0), 0);
  const processes = Math.max(1, Math.min(at.processes, at.loops));
  const rows = (at.rows / Math.max(1, at.loops)) * processes;
  return diskKb * 1024 * TAPE_TO_MEMORY + rows * BYTES_A_SORTED_ROW;
}

/** A hash table's batches are of one size, more or less; the last doubling of their number may have been half needed. */
const HASH_MARGIN = 1.1;

/** Memory in which a hash join's inner side would have been one batch. */
export function memoryForHash(at: WeighedNode): number {
  const { hash, width, actual, rows } = at.node;
  if (hash === null) return 0;
  const processes = at.parent?.node.isParallelAware === true ? at.processes : 1;
  // A tuple with its header and its place in a bucket (hashjoin.h); all processes of a Parallel Hash fill one table.
  const tuples = (actual?.rows ?? rows) * processes * (width + HASH_TUPLE_BYTES);
  return Math.max(tuples, hash.peakMemoryKb * 1024) * HASH_MARGIN;
}

const HASH_TUPLE_BYTES = 16 + 24 + 16;

/** A group's first row, its place in the table and a state for each aggregate (nodeAgg.c). */
const BYTES_A_GROUP = 24 + 24 + 64;

/** Memory in which a hashed aggregate would have kept all its groups. */
export function memoryForGroups(at: WeighedNode): number {
  const { hashAggregate, width, actual, rows } = at.node;
  if (hashAggregate === null) return 0;
  const groups = actual?.rows ?? rows;
  const bytes = groups * (width * 2 + BYTES_A_GROUP);
  return Math.max(bytes, (hashAggregate.peakMemoryKb + hashAggregate.diskKb) * 1024);
}

/** The first version in which hash tables may take twice work_mem. */
const TWICE_FROM = 150_000;

/** What work_mem must be for a hash table of so many bytes. */
export function workMemoryForHash(bytes: number, facts: PlanFacts): number {
  const set = Number(facts.settingOf("hash_mem_multiplier") ?? Number.NaN);
  const multiplier = Number.isFinite(set) && set >= 1 ? set : multiplierOf(facts.versionNumber);
  return bytes / multiplier;
}

/** Of a version that is not known, the one that asks for more. */
function multiplierOf(versionNumber: number | null): number {
  return versionNumber !== null && versionNumber >= TWICE_FROM ? 2 : 1;
}
