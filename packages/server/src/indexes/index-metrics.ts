import { bloatOf } from "@streamgate/pg-advisor";
import { createRegistry, type Registry } from "@streamgate/telemetry";
import { addressOf } from "./advance-readings.ts";
import { INDEX_SERIES, INDEX_TOTALS, indexLabels } from "./index-points.ts";
import type { IndexReading, WatchedIndexes } from "./index-reading.ts";
import { largestOf } from "./shown-indexes.ts";

/** Of each database; what is not among these is in the totals alone. */
const MOST_LARGEST = 250;
const MOST_BUSIEST = 250;
const MOST_SERIES = 100_000;
const NAMES = ["database", "table", "index"] as const;

/**
 * What is kept of the indexes, as metrics: scans and tuples as counters since StreamGate watches, resets of the server's own bridged;
 * sizes, bloat and the last scan as gauges. The largest and the busiest of each database have series of their own.
 */
export function indexMetrics(watched: readonly WatchedIndexes[]): Registry {
  const registry = createRegistry({ maxSeriesPerMetric: MOST_SERIES });
  const counter = (name: string, help: string) =>
    registry.counter({ name, help, labelNames: NAMES });
  const gauge = (name: string, help: string, unit: string) =>
    registry.gauge({ name, help, unit, labelNames: NAMES });
  const scans = counter(INDEX_SERIES.scans, "Scans of an index since StreamGate watches it.");
  const read = counter(INDEX_SERIES.tuplesRead, "Entries that scans of an index returned.");
  const fetched = counter(
    INDEX_SERIES.tuplesFetched,
    "Live rows that simple scans of an index fetched.",
  );
  const size = gauge(INDEX_SERIES.sizeBytes, "Size of an index on disk.", "bytes");
  const bloat = gauge(
    INDEX_SERIES.bloat,
    "Share of an index's bytes that a rebuild would free: measured by pgstatindex, or estimated.",
    "ratio",
  );
  const lastScan = gauge(INDEX_SERIES.lastScan, "When an index was scanned last.", "seconds");
  addTotals(registry, watched);
  for (const { watch, readings } of watched)
    for (const reading of shownOf(readings)) {
      const { portrait, seen, measured, lastScanAtMs } = reading;
      const { database, table, index } = indexLabels(reading);
      scans.with(database, table, index).add(seen.scans);
      read.with(database, table, index).add(seen.tuplesRead);
      fetched.with(database, table, index).add(seen.tuplesFetched);
      size.with(database, table, index).set(portrait.index.sizeBytes);
      const share = bloatOf(portrait, measured, watch.readAtMs)?.share;
      if (share !== undefined) bloat.with(database, table, index).set(share);
      if (lastScanAtMs !== null) lastScan.with(database, table, index).set(lastScanAtMs / 1_000);
    }
  return registry;
}

function addTotals(registry: Registry, watched: readonly WatchedIndexes[]): void {
  const labelNames = ["database"] as const;
  const count = registry.gauge({
    name: INDEX_TOTALS.count,
    help: "Indexes of a database, those of partitions counted with their parent's.",
    labelNames,
  });
  const size = registry.gauge({
    name: INDEX_TOTALS.sizeBytes,
    help: "Size of all indexes of a database on disk.",
    unit: "bytes",
    labelNames,
  });
  const readAt = registry.gauge({
    name: "streamgate_database_indexes_read_timestamp_seconds",
    help: "When the indexes of a database were looked at last.",
    unit: "seconds",
    labelNames,
  });
  for (const { watch, readings } of watched) {
    const whole = readings.filter(({ portrait }) => portrait.index.parent === null);
    count.with(watch.database).set(whole.length);
    size
      .with(watch.database)
      .set(whole.reduce((sum, { portrait }) => sum + portrait.index.sizeBytes, 0));
    readAt.with(watch.database).set(watch.readAtMs / 1_000);
  }
}

function shownOf(readings: readonly IndexReading[]): readonly IndexReading[] {
  const busiest = readings
    .toSorted(
      (one, other) =>
        other.seen.scans - one.seen.scans ||
        (addressOf(one.portrait.index) < addressOf(other.portrait.index) ? -1 : 1),
    )
    .slice(0, MOST_BUSIEST);
  const shown = new Set([...busiest, ...largestOf(readings, MOST_LARGEST)]);
  return readings.filter((one) => shown.has(one));
}
