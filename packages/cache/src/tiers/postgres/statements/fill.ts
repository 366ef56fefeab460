import { isInvalidated, knownServer } from "./judged.ts";

/**
 * Stores a value unless its claim is somebody else's, it is out of date, or a value is there whose load began later.
 * That check spares a fresh value; staleness is kept out by the reader, who judges again. Snapshots of one server
 * are ordered in time by their end, then by how few transactions were still open; loads that began
 * between the same two transactions by the server's clock.
 *
 * It commits without waiting for the disk: a fill that a crash loses costs one miss. Given up with it is
 * the claim, whether the value was stored or not.
 */
export const fillStatement = (schema: string): string => `
with ours as (
  delete from ${schema}.claims where key = $1::text and token = $2::text returning key
), verdict as materialized (
  select
    $2::text is null or exists (select from ours) as is_ours,
    known.generation = $3::uuid
      and known.boot = $4::uuid
      and known.floor < pg_snapshot_xmin($5::pg_snapshot)
      and not ${isInvalidated(schema, "$7::text[]", "$5::pg_snapshot")} as is_current
  from ${knownServer(schema)} known
), stored as (
  insert into ${schema}.entries as held (
    key, generation, as_of, begun_us, tags, exact_tags, format, compression, bytes,
    loaded_at, expires_at, gone_at, load_ms
  )
  select
    $1::text, $3::uuid, $5::pg_snapshot, $6::int8, $7::text[], $8::text[], $9::int2, $10::int2, $11::bytea,
    moment.at - $15::float8 * interval '1 millisecond',
    moment.at + $12::float8 * interval '1 millisecond',
    moment.at + ($12::float8 + $13::float8) * interval '1 millisecond',
    $14::float8
  from verdict
  cross join (select clock_timestamp() as at) moment
  where verdict.is_ours and verdict.is_current
  on conflict (key) do update set
    generation = excluded.generation, as_of = excluded.as_of, begun_us = excluded.begun_us,
    tags = excluded.tags, exact_tags = excluded.exact_tags,
    format = excluded.format, compression = excluded.compression, bytes = excluded.bytes,
    loaded_at = excluded.loaded_at, expires_at = excluded.expires_at, gone_at = excluded.gone_at,
    load_ms = excluded.load_ms
  where held.generation <> excluded.generation
    or (
      pg_snapshot_xmax(held.as_of),
      -(select count(*) from pg_snapshot_xip(held.as_of)),
      held.begun_us
    ) <= (
      pg_snapshot_xmax(excluded.as_of),
      -(select count(*) from pg_snapshot_xip(excluded.as_of)),
      excluded.begun_us
    )
  returning key
)
select
  case
    when not verdict.is_ours then 'fenced'
    when exists (select from stored) then 'stored'
    else 'superseded'
  end as outcome,
  set_config('synchronous_commit', 'off', true) as commits
from verdict`;
