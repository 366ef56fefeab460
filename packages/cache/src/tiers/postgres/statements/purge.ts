/** One batch of values whose grace is over; those that another process is at, are left to it. */
export const purgeEntriesStatement = (schema: string): string => `
delete from ${schema}.entries
where key = any (array(
  select key from ${schema}.entries where gone_at <= clock_timestamp()
  order by gone_at limit $1::int4
  for update skip locked
))
returning 1 as gone`;

export const purgeClaimsStatement = (schema: string): string => `
delete from ${schema}.claims
where key = any (array(
  select key from ${schema}.claims where expires_at <= clock_timestamp()
  limit $1::int4
  for update skip locked
))
returning 1 as gone`;

/**
 * One batch of epochs older than $2 ms. The floor rises over all that went: a value whose load began before the floor
 * is a miss, so that a missing epoch always means "not since the floor". Epochs that an open transaction may be older
 * than stay: else that transaction would hold every new stamp below the floor. Only one process is at it at a time, as
 * the floor is one row.
 */
export const purgeEpochsStatement = (schema: string): string => `
with turn as materialized (
  select pg_try_advisory_xact_lock(hashtextextended('streamgate cache floor ' || $3::text, 0)) as is_ours
), doomed as (
  select bump.tag, bump.epoch
  from ${schema}.epochs bump
  cross join turn
  where turn.is_ours
    and bump.bumped_at < clock_timestamp() - $2::float8 * interval '1 millisecond'
    and bump.epoch < pg_snapshot_xmin(pg_current_snapshot())
  limit $1::int4
  for update of bump skip locked
), gone as (
  delete from ${schema}.epochs bump
  using doomed
  where bump.tag = doomed.tag and bump.epoch = doomed.epoch
  returning bump.epoch
), highest as (
  select epoch from gone order by epoch desc limit 1
), raised as (
  update ${schema}.state set floor = greatest(state.floor, highest.epoch) from highest
)
select 1 as gone from gone`;
