import type { IndexPortrait } from "@streamgate/pg-advisor";
import type { StorePool, StoreQuery } from "../platform/store-pool.ts";
import type { IndexReading, IndexWatch, WatchedIndexes } from "./index-reading.ts";

interface WatchRow {
  readonly database: string;
  readonly read_at: Date;
  readonly server_started_at: Date;
  readonly counters_reset_at: Date | null;
  readonly is_replica: boolean;
  readonly replicas: number;
  readonly version_number: number;
}

interface ReadingRow {
  readonly database: string;
  readonly watched_since: Date;
  readonly scans_seen: number;
  readonly tuples_read_seen: number;
  readonly tuples_fetched_seen: number;
  readonly table_writes_seen: number;
  readonly scans_counted: number;
  readonly tuples_read_counted: number;
  readonly tuples_fetched_counted: number;
  readonly table_writes_counted: number;
  readonly last_scan_at: Date | null;
  readonly measured_bloat: number | null;
  readonly measured_size_bytes: number | null;
  readonly measured_at: Date | null;
  readonly portrait: IndexPortrait;
}

/** When the indexes of a database were looked at last; undefined where they never were. */
export async function readWatchTime(
  query: StoreQuery,
  database: string,
): Promise<number | undefined> {
  const [row] = await query<Pick<WatchRow, "read_at">>(
    "select read_at from streamgate.index_watches where database = $1",
    [database],
  );
  return row?.read_at.getTime();
}

/** What is known of the indexes of one database; undefined where nobody looked yet. */
export async function readWatchedIndexes(
  query: StoreQuery,
  database: string,
): Promise<WatchedIndexes | undefined> {
  const [row] = await query<WatchRow>(
    "select * from streamgate.index_watches where database = $1",
    [database],
  );
  if (row === undefined) return undefined;
  const readings = await query<ReadingRow>(
    `select * from streamgate.index_readings where database = $1
     order by schema_name, index_name`,
    [database],
  );
  return { watch: watchOf(row), readings: readings.map(readingOf) };
}

/**
 * Keeps what is known now, and what is noted beside it, all or nothing. What is older than what is kept is left out.
 *
 * @returns whether it was kept
 */
export function writeWatchedIndexes(
  tables: StorePool,
  { watch, readings }: WatchedIndexes,
  noteBeside: (query: StoreQuery) => Promise<void> = async () => undefined,
): Promise<boolean> {
  return tables.transaction(async (query) => {
    const kept = await query<{ readonly database: string }>(WRITE_WATCH, [
      watch.database,
      new Date(watch.readAtMs),
      new Date(watch.serverStartedAtMs),
      watch.countersResetAtMs === null ? null : new Date(watch.countersResetAtMs),
      watch.isReplica,
      watch.replicas,
      watch.versionNumber,
    ]);
    if (kept.length === 0) return false;
    await query("delete from streamgate.index_readings where database = $1", [watch.database]);
    await query(WRITE_READINGS, [JSON.stringify(readings.map(rowOf))]);
    await noteBeside(query);
    return true;
  });
}

const WRITE_WATCH = `
insert into streamgate.index_watches as kept
  (database, read_at, server_started_at, counters_reset_at, is_replica, replicas, version_number)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (database) do update set
  read_at = excluded.read_at, server_started_at = excluded.server_started_at,
  counters_reset_at = excluded.counters_reset_at, is_replica = excluded.is_replica,
  replicas = excluded.replicas, version_number = excluded.version_number
where kept.read_at <= excluded.read_at
returning database`;

const WRITE_READINGS = `
insert into streamgate.index_readings
select * from jsonb_populate_recordset(null::streamgate.index_readings, $1::jsonb)`;

function rowOf(reading: IndexReading): Readonly<Record<string, unknown>> {
  const { portrait, seen, counted, measured } = reading;
  return {
    database: reading.database,
    schema_name: portrait.index.schema,
    index_name: portrait.index.name,
    oid: portrait.index.oid,
    definition: portrait.index.definition,
    watched_since: new Date(reading.watchedSinceMs),
    scans_seen: seen.scans,
    tuples_read_seen: seen.tuplesRead,
    tuples_fetched_seen: seen.tuplesFetched,
    table_writes_seen: seen.tableWrites,
    scans_counted: counted.scans,
    tuples_read_counted: counted.tuplesRead,
    tuples_fetched_counted: counted.tuplesFetched,
    table_writes_counted: counted.tableWrites,
    last_scan_at: reading.lastScanAtMs === null ? null : new Date(reading.lastScanAtMs),
    size_bytes: portrait.index.sizeBytes,
    measured_bloat: measured?.share ?? null,
    measured_size_bytes: measured?.sizeBytes ?? null,
    measured_at: measured === null ? null : new Date(measured.atMs),
    portrait,
  };
}

function watchOf(row: WatchRow): IndexWatch {
  return {
    database: row.database,
    readAtMs: row.read_at.getTime(),
    serverStartedAtMs: row.server_started_at.getTime(),
    countersResetAtMs: row.counters_reset_at?.getTime() ?? null,
    isReplica: row.is_replica,
    replicas: row.replicas,
    versionNumber: row.version_number,
  };
}

function readingOf(row: ReadingRow): IndexReading {
  return {
    database: row.database,
    portrait: row.portrait,
    watchedSinceMs: row.watched_since.getTime(),
    seen: {
      scans: row.scans_seen,
      tuplesRead: row.tuples_read_seen,
      tuplesFetched: row.tuples_fetched_seen,
      tableWrites: row.table_writes_seen,
    },
    counted: {
      scans: row.scans_counted,
      tuplesRead: row.tuples_read_counted,
      tuplesFetched: row.tuples_fetched_counted,
      tableWrites: row.table_writes_counted,
    },
    lastScanAtMs: row.last_scan_at?.getTime() ?? null,
    measured: measuredOf(row),
  };
}

function measuredOf(row: ReadingRow): IndexReading["measured"] {
  const { measured_bloat: share, measured_size_bytes: sizeBytes, measured_at: at } = row;
  if (share === null || sizeBytes === null || at === null) return null;
  return { share, sizeBytes, atMs: at.getTime() };
}
