import type { IndexObservation } from "@streamgate/pg-advisor";
import type { IndexCounters, IndexReading, IndexWatch, WatchedIndexes } from "./index-reading.ts";

const NOTHING: IndexCounters = { scans: 0, tuplesRead: 0, tuplesFetched: 0, tableWrites: 0 };

/** What is known after one more look: counters go on where the index is the same one, and begin where it is new. */
export function advanceReadings(
  database: string,
  before: WatchedIndexes | undefined,
  observation: IndexObservation,
): WatchedIndexes {
  const watch = watchOf(database, observation);
  const known = new Map(
    (before?.readings ?? []).map((one) => [addressOf(one.portrait.index), one]),
  );
  const countersByIndex = countersOf(observation);
  const lastScans = new Map(observation.traits.map((one) => [addressOf(one), one.lastScanAt]));
  const wasReset = before !== undefined && (watch.countersResetAtMs ?? 0) > before.watch.readAtMs;
  const readings = observation.indexes.map((portrait): IndexReading => {
    const address = addressOf(portrait.index);
    const counted = countersByIndex.get(address) ?? NOTHING;
    const previous = known.get(address);
    const lastScan = lastScans.get(address) ?? null;
    const base = {
      database,
      portrait,
      counted,
      lastScanAtMs: lastScan === null ? null : Date.parse(lastScan),
    };
    if (previous === undefined || !isSameIndex(previous, base))
      return { ...base, watchedSinceMs: watch.readAtMs, seen: NOTHING, measured: null };
    const isSameFile = previous.portrait.index.oid === portrait.index.oid;
    return {
      ...base,
      watchedSinceMs: previous.watchedSinceMs,
      seen: addUp(previous, counted, wasReset),
      measured: isSameFile ? previous.measured : null,
    };
  });
  return { watch, readings };
}

function watchOf(database: string, observation: IndexObservation): IndexWatch {
  const { counting, isReplica, versionNumber, startedAt } = observation;
  return {
    database,
    readAtMs: Date.parse(observation.takenAt),
    serverStartedAtMs: Date.parse(startedAt),
    countersResetAtMs:
      counting.countersResetAt === null ? null : Date.parse(counting.countersResetAt),
    isReplica,
    replicas: counting.replicas,
    versionNumber,
  };
}

/** REINDEX CONCURRENTLY gives an index another number and keeps its counters; one that was dropped and made again starts at 0. */
function isSameIndex(
  previous: IndexReading,
  now: Pick<IndexReading, "portrait" | "counted">,
): boolean {
  const [one, other] = [previous.portrait.index, now.portrait.index];
  if (one.oid === other.oid) return true;
  return one.definition === other.definition && now.counted.scans >= previous.counted.scans;
}

/** What counters say after a reset came since; a counter that is smaller than it was began anew without anybody saying so. */
function addUp(previous: IndexReading, counted: IndexCounters, wasReset: boolean): IndexCounters {
  const grown = (key: keyof IndexCounters): number => {
    const increase = counted[key] - previous.counted[key];
    return previous.seen[key] + (wasReset || increase < 0 ? counted[key] : increase);
  };
  return {
    scans: grown("scans"),
    tuplesRead: grown("tuplesRead"),
    tuplesFetched: grown("tuplesFetched"),
    tableWrites: grown("tableWrites"),
  };
}

function countersOf(observation: IndexObservation): ReadonlyMap<string, IndexCounters> {
  const writes = new Map(
    observation.tables.map(({ name, usage }) => [
      addressOf(name),
      usage.rowsInserted + usage.rowsUpdated + usage.rowsDeleted,
    ]),
  );
  const traits = new Map(observation.traits.map((one) => [addressOf(one), one]));
  return new Map(
    observation.indexes.map(({ index }) => {
      const trait = traits.get(addressOf(index));
      return [
        addressOf(index),
        {
          // Of a partitioned index: those of its partitions together.
          scans: index.scans,
          tuplesRead: trait?.tuplesRead ?? 0,
          tuplesFetched: trait?.tuplesFetched ?? 0,
          tableWrites: writes.get(addressOf(index.table)) ?? 0,
        },
      ];
    }),
  );
}

/** An index's address as one string. */
export function addressOf({
  schema,
  name,
}: {
  readonly schema: string;
  readonly name: string;
}): string {
  return JSON.stringify([schema, name]);
}
