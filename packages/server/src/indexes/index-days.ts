import { bloatOf } from "@streamgate/pg-advisor";
import type { StoreQuery } from "../platform/store-pool.ts";
import { addressOf } from "./advance-readings.ts";
import type { IndexCounters, IndexReading, WatchedIndexes } from "./index-reading.ts";

/** What an index was used between two looks. */
export interface IndexIncrease extends IndexCounters {
  readonly reading: IndexReading;
}

/** What was seen of each index since the look before; none of those that are new. */
export function increasesSince(
  before: WatchedIndexes | undefined,
  now: WatchedIndexes,
): readonly IndexIncrease[] {
  const earlier = new Map(
    (before?.readings ?? []).map((one) => [addressOf(one.portrait.index), one]),
  );
  return now.readings.flatMap((reading) => {
    const previous = earlier.get(addressOf(reading.portrait.index));
    // Watched since another moment: another index of that name.
    if (previous === undefined || previous.watchedSinceMs !== reading.watchedSinceMs) return [];
    const grown = (key: keyof IndexCounters): number =>
      Math.max(0, reading.seen[key] - previous.seen[key]);
    return [
      {
        reading,
        scans: grown("scans"),
        tuplesRead: grown("tuplesRead"),
        tuplesFetched: grown("tuplesFetched"),
        tableWrites: grown("tableWrites"),
      },
    ];
  });
}

const KEPT_DAYS = 400;

/** Adds to the day's row of each index what was seen of it; one that did nothing has a row of its size all the same. */
export async function addToDays(
  query: StoreQuery,
  { watch, readings }: WatchedIndexes,
  increases: readonly IndexIncrease[],
): Promise<void> {
  const day = new Date(watch.readAtMs).toISOString().slice(0, 10);
  const grown = new Map(increases.map((one) => [one.reading, one]));
  const rows = readings.map((reading) => {
    const { portrait, measured } = reading;
    const {
      scans = 0,
      tuplesRead = 0,
      tuplesFetched = 0,
      tableWrites = 0,
    } = grown.get(reading) ?? {};
    return {
      database: watch.database,
      schema_name: portrait.index.schema,
      index_name: portrait.index.name,
      day,
      scans,
      tuples_read: tuplesRead,
      tuples_fetched: tuplesFetched,
      table_writes: tableWrites,
      size_bytes: portrait.index.sizeBytes,
      bloat: bloatOf(portrait, measured, watch.readAtMs)?.share ?? null,
    };
  });
  await query(ADD, [JSON.stringify(rows)]);
  await query(
    `delete from streamgate.index_days where database = $1 and day < $2::date - ${KEPT_DAYS}`,
    [watch.database, day],
  );
}

const ADD = `
insert into streamgate.index_days as kept
select * from jsonb_populate_recordset(null::streamgate.index_days, $1::jsonb)
on conflict (database, schema_name, index_name, day) do update set
  scans = kept.scans + excluded.scans, tuples_read = kept.tuples_read + excluded.tuples_read,
  tuples_fetched = kept.tuples_fetched + excluded.tuples_fetched,
  table_writes = kept.table_writes + excluded.table_writes,
  size_bytes = excluded.size_bytes, bloat = excluded.bloat`;

export interface IndexDay {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  /** Days before today: 0 is today. */
  readonly ago: number;
  readonly scans: number;
}

/** The last days of these indexes, as far as they are known. */
export function readDays(
  query: StoreQuery,
  indexes: readonly { readonly database: string; readonly schema: string; readonly name: string }[],
  today: string,
  days: number,
): Promise<readonly IndexDay[]> {
  return query<IndexDay>(
    `select database, schema_name as schema, index_name as name, ($4::date - day) as ago, scans
     from streamgate.index_days
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (database, schema_name, index_name)
       using (database, schema_name, index_name)
     where day > $4::date - $5::integer and day <= $4::date`,
    [
      indexes.map(({ database }) => database),
      indexes.map(({ schema }) => schema),
      indexes.map(({ name }) => name),
      today,
      days,
    ],
  );
}
