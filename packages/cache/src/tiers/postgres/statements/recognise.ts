/**
 * What tells servers apart that might hold the same files: the cluster's own number, and the timeline, which a
 * promotion changes. Both are readable by everybody on a plain PostgreSQL; some services forbid them.
 */
export const identityStatement = (isSameAfterFailover: boolean): string =>
  isSameAfterFailover
    ? "select system_identifier::text as server from pg_control_system()"
    : `select system_identifier::text || ' on timeline ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as server
from pg_control_system()`;

/**
 * Run when the server was started, crashed, promoted or restored since the cache used it last. Loads under way
 * then are refused (a new boot), and where acknowledged transactions may be lost, all that is stored (a new
 * generation): when the server is another one, or, if it cannot be told ($1 is null), after a crash.
 *
 * A new generation also drops numbers from the future, which a dump brings into a younger cluster: no value or
 * stamp of this generation can be older than this statement, so they protect nothing.
 */
export const recogniseStatement = (schema: string): string => `
with renewed as (
  update ${schema}.state
  set generation = gen_random_uuid(), server = $1::text, floor = '0'
  where case
    when $1::text is null then not exists (select from ${schema}.incarnation)
    else server is distinct from $1::text
  end
  returning generation
), cleaned as (
  delete from ${schema}.epochs
  where exists (select from renewed) and epoch >= pg_snapshot_xmax(pg_current_snapshot())
)
insert into ${schema}.incarnation as known (boot, started_at)
values (gen_random_uuid(), pg_postmaster_start_time())
on conflict (is_only) do update set boot = excluded.boot, started_at = excluded.started_at
where known.started_at <> excluded.started_at`;

/** Forgets all values and all loads under way at once; expired rows go later. */
export const forgetAllStatement = (schema: string): string => `
update ${schema}.state set generation = gen_random_uuid()
returning case
  when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true)
end as commits`;
