import { readFile } from "node:fs/promises";
import type { TestPostgres } from "../../../../test/support/postgres.ts";
import type { StatementCounters } from "../../src/snapshot/snapshot.ts";

const SCHEMA = new URL("../../../../examples/media/src/database/schema.sql", import.meta.url);

/** Rows enough for every table to be worth an index; skewed where traffic would be. */
const ROWS = `
select setseed(0.5);
insert into users (wallet_address, display_name, country, language, plan)
select 'wallet' || g, 'name ' || g, 'DE', 'en', 'free' from generate_series(1, 2000) g;
insert into content (user_id, title, description, kind, status, language, duration_seconds,
  contract_address, token_id, created_at)
select 1 + (random() ^ 3 * 1999)::int, 'title ' || g, repeat('d', 120), 'video',
  (array['draft', 'published', 'published', 'archived', 'removed'])[1 + g % 5], 'en', 60,
  '0xc' || g % 200, g, now() - random() * interval '300 days'
from generate_series(1, 30000) g;
insert into nft (content_id, contract_address, token_id, owner_address, standard, metadata)
select g, '0xc' || g % 200, g, '0xo' || (random() * 3000)::int, 'ERC-721', '{"name": "token"}'
from generate_series(1, 30000) g;
insert into transactions (user_id, nft_id, kind, status, amount_wei, transaction_hash, created_at)
select 1 + (random() ^ 3 * 1999)::int, g, 'sale', (array['pending', 'confirmed', 'failed'])[1 + g % 3],
  1000, '0xt' || g, now() - random() * interval '300 days'
from generate_series(1, 40000) g;
insert into keywords (user_id, phrase, category)
select 1 + (random() * 1999)::int, 'phrase ' || g, 'topic' from generate_series(1, 20000) g;
insert into filter_configs (user_id) select g from generate_series(1, 1500) g;
insert into analytics_events (user_id, content_id, session_id, kind, country, created_at)
select 1 + (random() ^ 3 * 1999)::int, g % 30000 + 1, gen_random_uuid(), 'play', 'DE',
  now() - random() * interval '60 days'
from generate_series(1, 80000) g;
insert into ai_classification_cache (cache_key, provider, labels)
select md5(g::text), 'local', '[]' from generate_series(1, 20000) g;
`;

/** What the naive API asks, as pg_stat_statements shows it, with calls and mean milliseconds of an hour. */
const TRAFFIC: readonly (readonly [calls: number, meanMs: number, text: string])[] = [
  [
    6000,
    9.1,
    "select id, title, kind, status, language, duration_seconds, created_at from content where user_id = $1 and status = $2 order by created_at desc limit $3 offset $4",
  ],
  [
    30000,
    0.03,
    "select id, user_id, title, description, kind, language, duration_seconds, keyword_ids, contract_address, token_id, created_at from content where id = $1 and status = $2",
  ],
  [
    900,
    0.4,
    "select id, user_id, title, description, kind, language, duration_seconds, keyword_ids, contract_address, token_id, created_at from content where id < $1 and status = $3 order by id desc limit $2",
  ],
  [2000, 6.2, "select * from nft where owner_address = $1 order by id"],
  [9000, 6.0, "select owner_address from nft where contract_address = $1 and token_id = $2"],
  [
    700,
    6.9,
    "select content_id, contract_address, token_id, owner_address, standard, minted_at from nft where contract_address = $1 order by token_id limit $2 offset $3",
  ],
  [
    1500,
    8.3,
    "select id, nft_id, kind, status, amount_wei, transaction_hash, created_at from transactions where user_id = $1 and created_at >= $2 and created_at < $3 order by created_at desc limit $4 offset $5",
  ],
  [
    500,
    8.5,
    "select id, nft_id, kind, status, amount_wei, transaction_hash, created_at from transactions where user_id = $1 and created_at >= $2 and created_at < $3 and status = $6 order by created_at desc limit $4 offset $5",
  ],
  [5000, 3.1, "select id, phrase from keywords where user_id = $1 order by id"],
  [50000, 0.02, "select id, phrase from keywords where id = $1"],
  [
    5000,
    0.02,
    "select is_case_sensitive, is_whole_words, match_limit from filter_configs where user_id = $1",
  ],
  [40000, 0.02, "select id, display_name, country, plan from users where id = $1"],
  [
    800,
    21,
    "select to_char(created_at at time zone $1, $2) as day, kind, count(*) as events, sum(watched_seconds) as watched_seconds from analytics_events where user_id = $3 and created_at >= $4 and created_at < $5 group by 1, 2 order by 1, 2",
  ],
  [
    20000,
    0.05,
    "insert into analytics_events (user_id, content_id, session_id, kind, watched_seconds, country) values ($1, $2, $3, $4, $5, $6)",
  ],
  [20000, 0.02, "select user_id from content where id = $1"],
  [4000, 3.4, "select labels from ai_classification_cache where cache_key = $1 limit $2"],
  [
    1200,
    0.06,
    "insert into ai_classification_cache (cache_key, provider, labels) values ($1, $2, $3)",
  ],
  [60, 0.01, "begin"],
  [12, 4, "select queryid, calls from pg_stat_statements"],
];

export async function seedMediaDatabase(postgres: TestPostgres, database: string): Promise<string> {
  const url = await postgres.createDatabase(database);
  await postgres.query(await readFile(SCHEMA, "utf8"), undefined, database);
  await postgres.query(ROWS, undefined, database);
  await postgres.query("vacuum analyze", undefined, database);
  return url;
}

export function mediaCounters(): readonly StatementCounters[] {
  return TRAFFIC.map(([calls, meanMs, text], index) =>
    counters({ text, calls, meanMs, queryId: String(index + 1) }),
  );
}

/** The same traffic as a person would hand it over: statements with their parameters and the hints of a log. */
export function mediaFile(): string {
  return TRAFFIC.map(
    ([calls, meanMs, text]) => `-- calls: ${calls} mean: ${meanMs}ms\n${text};`,
  ).join("\n\n");
}

/** One row of pg_stat_statements, with what does not matter filled in. */
export function counters(
  own: Pick<StatementCounters, "text"> & Partial<StatementCounters>,
): StatementCounters {
  const { calls = 1, meanMs = 1 } = own;
  return {
    queryId: "1",
    isTopLevel: true,
    calls,
    meanMs,
    totalMs: calls * meanMs,
    stddevMs: 0,
    minMs: meanMs,
    maxMs: meanMs,
    rows: calls,
    sharedBlocksHit: 0,
    sharedBlocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
    ...own,
  };
}
