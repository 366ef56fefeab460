import type { StorePool } from "../../platform/store-pool.ts";
import { storableText } from "../../store/storable.ts";
import { deviationOf, type StatementCounts } from "./statement-counts.ts";

/** A statement as the register keeps it. */
export interface RegisteredStatement {
  readonly fingerprint: string;
  /** Literals taken out. */
  readonly text: string;
  readonly counts: StatementCounts;
}

const UPSERT = `
insert into streamgate.statements as known (
  database, fingerprint, query_id, text, first_seen, last_seen, counted_since, calls, total_ms, mean_ms, stddev_ms, min_ms, max_ms,
  rows, blocks_hit, blocks_read, temp_blocks_written, wal_bytes)
select $1, u.fingerprint, u.query_id, u.text, $2, $2, $3, u.calls, u.total_ms, u.mean_ms, u.stddev_ms, u.min_ms, u.max_ms,
  u.rows, u.blocks_hit, u.blocks_read, u.temp_blocks_written, u.wal_bytes
from unnest($4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::float8[], $10::float8[], $11::float8[], $12::float8[],
            $13::float8[], $14::float8[], $15::float8[], $16::float8[], $17::float8[])
  as u (fingerprint, query_id, text, calls, total_ms, mean_ms, stddev_ms, min_ms, max_ms, rows, blocks_hit, blocks_read,
        temp_blocks_written, wal_bytes)
order by u.fingerprint
on conflict (database, fingerprint) do update set
  query_id = excluded.query_id,
  -- A text that is as it was is not written again, however long it is.
  text = case when known.text = excluded.text then known.text else excluded.text end, last_seen = greatest(known.last_seen, excluded.last_seen),
  counted_since = excluded.counted_since, calls = excluded.calls, total_ms = excluded.total_ms, mean_ms = excluded.mean_ms,
  stddev_ms = excluded.stddev_ms, min_ms = excluded.min_ms, max_ms = excluded.max_ms, rows = excluded.rows,
  blocks_hit = excluded.blocks_hit, blocks_read = excluded.blocks_read,
  temp_blocks_written = excluded.temp_blocks_written, wal_bytes = excluded.wal_bytes`;

const FORGET = `
delete from streamgate.statements
where (database, fingerprint) in (
  select database, fingerprint from streamgate.statements where database = $1 and last_seen < $2 limit 1000)`;

/** Notes what statements ran, with their last counters. */
export async function registerStatements(
  tables: StorePool,
  database: string,
  seen: { readonly at: Date; readonly countedSince: Date | null },
  statements: readonly RegisteredStatement[],
): Promise<void> {
  if (statements.length === 0) return;
  const column = <Value>(read: (one: RegisteredStatement) => Value): Value[] =>
    statements.map(read);
  await tables.query(UPSERT, [
    database,
    seen.at,
    seen.countedSince,
    column(({ fingerprint }) => fingerprint),
    column(({ counts }) => counts.queryId ?? ""),
    column(({ text }) => storableText(text)),
    column(({ counts }) => counts.calls),
    column(({ counts }) => counts.totalMs),
    column(({ counts }) => counts.totalMs / counts.calls),
    column(({ counts }) => deviationOf(counts)),
    column(({ counts }) => counts.minMs),
    column(({ counts }) => counts.maxMs),
    column(({ counts }) => counts.rows),
    column(({ counts }) => counts.blocksHit),
    column(({ counts }) => counts.blocksRead),
    column(({ counts }) => counts.tempBlocksWritten),
    column(({ counts }) => counts.walBytes),
  ]);
}

/** Forgets what did not run since an instant, some at a time. */
export async function forgetStatements(
  tables: StorePool,
  database: string,
  before: Date,
): Promise<void> {
  await tables.query(FORGET, [database, before]);
}
