import { seedMedia } from "@streamgate/example-media";
import { MEDIA_STATEMENTS } from "../../../test/support/media-statements.ts";
import type { BenchStatement, WorkloadCase } from "../workload-case.ts";

/** What the API writes while it serves, each by its key, so often as a catalogue of this size is used. */
const WRITES_WHILE_SERVING: readonly (readonly [sql: string, callsAnHour: number])[] = [
  [
    `insert into analytics_events (user_id, content_id, session_id, kind, watched_seconds, country)
     values (3, 7, '00000000-0000-4000-8000-000000000007', 'play', 30, 'DE')`,
    36_000,
  ],
  [
    `insert into transactions (user_id, nft_id, kind, status, amount_wei, transaction_hash)
     select 5, id, 'sale', 'confirmed', 1000000000, '0xfeed' from nft where id = 11`,
    1_200,
  ],
  ["update content set title = 'Another title', status = 'published' where id = 17", 1_200],
  ["update nft set owner_address = '0xbeef' where id = 19", 1_200],
  [
    "insert into ai_classification_cache (cache_key, provider, labels) values ('a key', 'rules', '{}')",
    600,
  ],
];

const READ_CALLS_AN_HOUR = 360;
const REPORT_CALLS_AN_HOUR = 4;
const RARE_WRITE_CALLS_AN_HOUR = 12;
/** What counts, sums or ranks over many rows is a report that somebody opens now and then. */
const REPORT = /\bgroup by\b|\bover \(|\bcount\(\*\)|\bfull join\b|\bmaterialized\b/;
const WRITE = /^(?:insert|update|delete)\b/;

/** The reference API's catalogue, with what is read and written there. */
export function mediaCase(scale: number, seed: number): WorkloadCase {
  const database = "media";
  return {
    name: "media",
    database,
    statements: mediaStatements(),
    load: async (postgres) => {
      await postgres.createDatabase(database);
      await seedMedia({ databaseUrl: postgres.url(database), scale, seed });
      await postgres.query("vacuum analyze", undefined, database);
    },
  };
}

function mediaStatements(): readonly BenchStatement[] {
  const told = MEDIA_STATEMENTS.map((sql) => ({ sql, callsAnHour: callsOf(sql) }));
  const served = WRITES_WHILE_SERVING.map(([sql, callsAnHour]) => ({ sql, callsAnHour }));
  return [...told, ...served].map(({ sql, callsAnHour }, index) => ({
    name: `statement ${index + 1}`,
    sql,
    alternatives: [],
    callsAnHour,
    isWrite: WRITE.test(sql),
  }));
}

function callsOf(sql: string): number {
  if (WRITE.test(sql)) return RARE_WRITE_CALLS_AN_HOUR;
  return REPORT.test(sql) ? REPORT_CALLS_AN_HOUR : READ_CALLS_AN_HOUR;
}
