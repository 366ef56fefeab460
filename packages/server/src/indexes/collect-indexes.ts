import type { Clock } from "@streamgate/core";
import { type IndexMeasurement, isWorthRebuilding, measureBloat } from "@streamgate/pg-advisor";
import type { StorePool } from "../platform/store-pool.ts";
import { addressOf as urlAddressOf } from "../secrets/redact.ts";
import { addressOf, advanceReadings } from "./advance-readings.ts";
import { addToDays, increasesSince } from "./index-days.ts";
import { writeIndexEvents } from "./index-event-store.ts";
import { indexEvents } from "./index-events.ts";
import type { IndexReading, WatchedIndexes } from "./index-reading.ts";
import { readWatchedIndexes, writeWatchedIndexes } from "./index-store.ts";
import { observeAllServers } from "./observe-all-servers.ts";
import { claimEvents } from "./own-acts.ts";

export interface CollectIndexesInput {
  /** The database's name in the configuration. */
  readonly database: string;
  readonly url: string;
  /** Its standbys. @default none */
  readonly replicaUrls?: readonly string[];
  readonly tables: StorePool;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** One look at the indexes of a database, with the one before. */
export interface IndexLook {
  readonly before: WatchedIndexes | undefined;
  readonly now: WatchedIndexes;
}

const STATEMENT_TIMEOUT_MS = 15_000;
/** What was measured so lately is not read again. */
const MEASURED_ANEW_AFTER_MS = 24 * 3_600_000;
/** The estimate may be too small by a tenth; what it says is well even then, is not read. */
const SUSPICIOUS_SHARE = 0.2;

/**
 * Looks at the indexes of a database and adds what it sees to what is kept, with what happened since the look before. Where pgstattuple
 * may be used, indexes that seem to waste space are measured; where measuring fails, the estimate stands.
 *
 * @throws StreamGateError where the database cannot be read
 */
export async function collectIndexes(input: CollectIndexesInput): Promise<IndexLook> {
  const { database, url, replicaUrls = [], tables, clock, signal } = input;
  const reading = {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  };
  const observation = await observeAllServers(url, replicaUrls, reading);
  const before = await readWatchedIndexes(tables.query, database);
  const advanced = advanceReadings(database, before, observation);
  const nowMs = clock.now().getTime();
  const suspicious = advanced.readings
    .filter((one) => isToBeMeasured(one, nowMs))
    .toSorted((one, other) => wastedBytes(other) - wastedBytes(one))
    .map(({ portrait: { index } }) => index);
  const measured = await measureBloat(url, suspicious, reading).catch(() => []);
  const now = { ...advanced, readings: withMeasurements(advanced.readings, measured, nowMs) };
  await writeWatchedIndexes(tables, now, async (query) => {
    await addToDays(query, now, increasesSince(before, now));
    await writeIndexEvents(query, indexEvents(before, now));
  });
  await claimEvents(tables.query, database, [database, urlAddressOf(url)]);
  return { before, now };
}

function isToBeMeasured({ portrait, measured }: IndexReading, nowMs: number): boolean {
  const { index, estimatedBloat } = portrait;
  if (index.method !== "btree" || !index.isValid) return false;
  if (measured !== null && Math.abs(nowMs - measured.atMs) < MEASURED_ANEW_AFTER_MS) return false;
  const isSuspicious = estimatedBloat === null || estimatedBloat >= SUSPICIOUS_SHARE;
  return isSuspicious && isWorthRebuilding(1, index.sizeBytes);
}

function wastedBytes({ portrait: { index, estimatedBloat } }: IndexReading): number {
  return index.sizeBytes * (estimatedBloat ?? SUSPICIOUS_SHARE);
}

function withMeasurements(
  readings: readonly IndexReading[],
  measurements: readonly IndexMeasurement[],
  nowMs: number,
): readonly IndexReading[] {
  const byAddress = new Map(measurements.map((one) => [addressOf(one), one]));
  return readings.map((reading) => {
    const found = byAddress.get(addressOf(reading.portrait.index));
    if (found === undefined) return reading;
    return {
      ...reading,
      measured: { share: found.bloat, sizeBytes: found.sizeBytes, atMs: nowMs },
    };
  });
}
