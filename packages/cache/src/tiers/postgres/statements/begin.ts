import { isInvalidated, knownServer } from "./judged.ts";

/** Reads only: no transaction id is drawn and nothing is written, so a stamp costs what an empty query costs. */
export const beginStatement = (schema: string): string => `
select
  known.generation, known.boot,
  pg_current_snapshot()::text as snapshot,
  (extract(epoch from clock_timestamp()) * 1000000)::int8::text as begun_us,
  'free' as claim
from ${knownServer(schema)} known`;

/**
 * A stamp, and the claim if it is free, lapsed, ours, or void: the load of its holder began before an invalidation
 * and will be worth nothing. The table is unlogged, so that a claim waits for no disk.
 */
export const beginWithClaimStatement = (schema: string): string => `
with known as materialized ${knownServer(schema)}, taken as (
  insert into ${schema}.claims as held (key, token, tags, as_of, expires_at)
  select $1::text, $2::text, $3::text[], pg_current_snapshot(),
    clock_timestamp() + $4::float8 * interval '1 millisecond'
  from known
  on conflict (key) do update set
    token = excluded.token, tags = excluded.tags,
    as_of = excluded.as_of, expires_at = excluded.expires_at
  where held.expires_at <= clock_timestamp()
    or held.token = excluded.token
    or ${isInvalidated(schema, "held.tags", "held.as_of")}
  returning key
)
select
  known.generation, known.boot,
  pg_current_snapshot()::text as snapshot,
  (extract(epoch from clock_timestamp()) * 1000000)::int8::text as begun_us,
  case when exists (select from taken) then 'mine' else 'taken' end as claim
from known`;
