import type { SeriesPoint } from "@streamgate/monitor";
import { bloatOf, qualify } from "@streamgate/pg-advisor";
import { counter, gauge, type Interval } from "../collectors/database/database-points.ts";
import type { IndexIncrease } from "./index-days.ts";
import type { IndexReading } from "./index-reading.ts";

/** The series of single indexes, each with the labels `database`, `table` and `index`. */
export const INDEX_SERIES = {
  scans: "streamgate_database_index_scans",
  tuplesRead: "streamgate_database_index_tuples_read",
  tuplesFetched: "streamgate_database_index_tuples_fetched",
  sizeBytes: "streamgate_database_index_size_bytes",
  bloat: "streamgate_database_index_bloat_ratio",
  lastScan: "streamgate_database_index_last_scan_timestamp_seconds",
} as const;

/** Of all indexes of a database together, those without series of their own among them. */
export const INDEX_TOTALS = {
  count: "streamgate_database_indexes",
  sizeBytes: "streamgate_database_indexes_size_bytes",
  scans: "streamgate_database_indexes_scans",
} as const;

export function indexLabels({ database, portrait: { index } }: IndexReading): {
  readonly database: string;
  readonly table: string;
  readonly index: string;
} {
  return { database, table: qualify(index.table), index: qualify(index) };
}

/** What an index holds and was used for, as it is seen now. */
export function indexGauges(reading: IndexReading, interval: Interval): readonly SeriesPoint[] {
  const { portrait, measured, lastScanAtMs } = reading;
  const labels = indexLabels(reading);
  const bloat = bloatOf(portrait, measured, interval.atMs);
  return [
    gauge(INDEX_SERIES.sizeBytes, labels, portrait.index.sizeBytes, interval),
    ...(bloat === null ? [] : [gauge(INDEX_SERIES.bloat, labels, bloat.share, interval)]),
    ...(lastScanAtMs === null
      ? []
      : [gauge(INDEX_SERIES.lastScan, labels, lastScanAtMs / 1_000, interval)]),
  ];
}

export function indexCounters(
  { reading, scans, tuplesRead, tuplesFetched }: IndexIncrease,
  interval: Interval,
): readonly SeriesPoint[] {
  const labels = indexLabels(reading);
  return [
    counter(INDEX_SERIES.scans, labels, scans, interval),
    counter(INDEX_SERIES.tuplesRead, labels, tuplesRead, interval),
    counter(INDEX_SERIES.tuplesFetched, labels, tuplesFetched, interval),
  ];
}

/** Of the whole database. Indexes of partitions are part of their parent's. */
export function indexTotals(
  database: string,
  readings: readonly IndexReading[],
  increases: readonly IndexIncrease[] | null,
  interval: Interval,
): readonly SeriesPoint[] {
  const labels = { database };
  const whole = readings.filter(isWhole);
  const sizeBytes = whole.reduce((sum, { portrait }) => sum + portrait.index.sizeBytes, 0);
  const totals = [
    gauge(INDEX_TOTALS.count, labels, whole.length, interval),
    gauge(INDEX_TOTALS.sizeBytes, labels, sizeBytes, interval),
  ];
  if (increases === null) return totals;
  const scans = increases
    .filter(({ reading }) => isWhole(reading))
    .reduce((sum, one) => sum + one.scans, 0);
  return [...totals, counter(INDEX_TOTALS.scans, labels, scans, interval)];
}

function isWhole({ portrait: { index } }: IndexReading): boolean {
  return index.parent === null;
}
