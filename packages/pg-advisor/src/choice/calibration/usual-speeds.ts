import type { StatementCounters } from "../../snapshot/snapshot.ts";
import type { WorkKind } from "./plan-work.ts";

/** A call that does nothing: parse, plan from the cache, start and end of the executor. */
export const START_MS = 0.01;
/** A row that is written out for its client. */
const OUTPUT_MS = 0.0003;

/**
 * What a unit of cost takes as a multiple of the common one, on 150 statements and 100 changes of plan of two databases in memory: the
 * planner prices a page that it jumps to at four of those that it reads in a row, as a disk would, and hashing and sorting too low.
 */
const TIMES_COMMON: Readonly<Partial<Record<WorkKind, number>>> = { hashes: 2.5, sorts: 1.6 };
/** Of pages that are jumped to, where all are in memory. */
const SCATTERED_IN_MEMORY = 0.3;
/** Share of pages found in memory from which on the disk does not matter, and below which it decides. */
const IN_MEMORY = 0.99;
const ON_DISK = 0.9;

/** Milliseconds a unit of each kind before anything was measured; `common` is the median of all costs. @param memoryShare 0 to 1 */
export function usualSpeed(kind: WorkKind, common: number, memoryShare: number): number {
  if (kind === "start") return START_MS;
  if (kind === "output") return OUTPUT_MS;
  if (kind !== "scattered pages") return common * (TIMES_COMMON[kind] ?? 1);
  const ease = Math.max(0, Math.min(1, (memoryShare - ON_DISK) / (IN_MEMORY - ON_DISK)));
  return common * SCATTERED_IN_MEMORY ** ease;
}

/** The share of the pages that statements asked for which were in PostgreSQL's memory; 1 where nothing was counted. */
export function memoryShareOf(
  statements: readonly Pick<StatementCounters, "sharedBlocksHit" | "sharedBlocksRead">[],
): number {
  let hit = 0;
  let read = 0;
  for (const { sharedBlocksHit, sharedBlocksRead } of statements) {
    hit += sharedBlocksHit;
    read += sharedBlocksRead;
  }
  return hit + read > 0 ? hit / (hit + read) : 1;
}
