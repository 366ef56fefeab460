import { keyOf } from "../schema/identifiers.ts";
import type { Index, RelationName } from "../snapshot/snapshot.ts";
import type { IndexObservation } from "./observe-indexes.ts";

const HOUR_MS = 3_600_000;
/** Counters younger than this say little of an hour: the first load would count as its traffic. */
const LEAST_HOURS = 24;

/**
 * Entries that are written into an index in an hour, by the counters of its table since they began: one for each row inserted, and for
 * each updated row that was not HOT. Deletes leave indexes alone until VACUUM comes.
 */
export function entriesPerHour(index: Index, observation: IndexObservation): number {
  const { takenAt, startedAt, counting, tables } = observation;
  const since = Date.parse(counting.countersResetAt ?? startedAt);
  const hours = Math.max(LEAST_HOURS, (Date.parse(takenAt) - since) / HOUR_MS);
  const members = new Set([keyOf(index.table), ...partitionTables(index, observation)]);
  const entries = tables
    .filter(({ name }) => members.has(keyOf(name)))
    .reduce(
      (sum, { usage: { rowsInserted, rowsUpdated, rowsHotUpdated } }) =>
        sum + rowsInserted + Math.max(0, rowsUpdated - rowsHotUpdated),
      0,
    );
  return entries / hours;
}

/** The tables of the indexes that belong to a partitioned one. */
function partitionTables(index: RelationName, observation: IndexObservation): readonly string[] {
  const below = observation.indexes.filter(
    ({ index: { parent } }) => parent !== null && keyOf(parent) === keyOf(index),
  );
  return below.flatMap((child) => [
    keyOf(child.index.table),
    ...partitionTables(child.index, observation),
  ]);
}
