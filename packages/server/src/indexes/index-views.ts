import { createHash } from "node:crypto";
import type { IndexSummary } from "@streamgate/contract";
import { bloatOf, qualify } from "@streamgate/pg-advisor";
import { estimated, measured } from "../figures/figure.ts";
import type { IndexReading } from "./index-reading.ts";

/**
 * What one more index of these methods costs each row that enters it, in ms: descent, insertion and WAL on a warm server, in the middle
 * of 5 to 20 µs. A proof measures it.
 */
const WRITE_MS_BY_METHOD: Readonly<Record<string, number>> = { btree: 0.01, hash: 0.01 };

/** An index as the API shows it. */
export function indexSummary(reading: IndexReading, nowMs: number): IndexSummary {
  const { database, portrait, counted, measured: measurement } = reading;
  const { index } = portrait;
  const bloat = bloatOf(portrait, measurement, nowMs);
  return {
    id: indexId(database, index),
    database,
    table: qualify(index.table),
    name: index.name,
    definition: index.definition,
    size: measured(index.sizeBytes, "bytes"),
    scans: measured(counted.scans, "count"),
    writeCost: estimated(WRITE_MS_BY_METHOD[index.method] ?? null, "ms"),
    isUnique: index.isUnique,
    isPrimary: index.isPrimary,
    isValid: index.isValid,
    bloat: { value: bloat?.share ?? null, unit: "ratio", rung: bloat?.rung ?? "estimated" },
    lastScanAt: instantOrNull(reading.lastScanAtMs),
    watchedSince: instantOrNull(reading.watchedSinceMs),
    // Read for those that are shown: see `withUsage`.
    usage: { startMs: 0, stepMs: 3_600_000, scans: [] },
  };
}

const LEAST_WATCHED_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Rows of the table that were written in an hour; at most so often an entry of the index was. Null where it is too early to say. */
export function writesPerHour(
  { seen, watchedSinceMs }: IndexReading,
  readAtMs: number,
): number | null {
  const watchedMs = readAtMs - watchedSinceMs;
  return watchedMs < LEAST_WATCHED_MS ? null : (seen.tableWrites * HOUR_MS) / watchedMs;
}

/** What keeping an index up to date costs in an hour, in ms, by the rows that were written; null where nobody knows. */
export function upkeepMsPerHour(reading: IndexReading, readAtMs: number): number | null {
  const writes = writesPerHour(reading, readAtMs);
  const each = WRITE_MS_BY_METHOD[reading.portrait.index.method];
  return writes === null || each === undefined ? null : writes * each;
}

/** Letters that stand for an index: the same for as long as it keeps its name. */
export function indexId(
  database: string,
  { schema, name }: { readonly schema: string; readonly name: string },
): string {
  return createHash("sha256")
    .update(JSON.stringify([database, schema, name]))
    .digest("hex")
    .slice(0, 16);
}

function instantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
