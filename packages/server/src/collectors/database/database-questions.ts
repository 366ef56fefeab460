/** What the server says of itself and counts of the whole database. */
export interface DatabaseFacts {
  readonly takenAt: Date;
  readonly startedAt: Date;
  readonly isReplica: boolean;
  readonly user: string;
  /** Whether this role may see what others do. */
  readonly seesAll: boolean;
  readonly maxConnections: number;
  readonly resetAt: Date | null;
  readonly transactions: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly deadlocks: number;
  readonly tempBytes: number;
}

const OWN_DATABASE =
  "(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())";

export const FACTS: string = `
select pg_catalog.clock_timestamp() as "takenAt",
       pg_catalog.pg_postmaster_start_time() as "startedAt",
       pg_catalog.pg_is_in_recovery() as "isReplica",
       current_user::text as "user",
       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesAll",
       pg_catalog.current_setting('max_connections')::float8 as "maxConnections",
       stats_reset as "resetAt",
       (xact_commit + xact_rollback)::float8 as transactions,
       blks_hit::float8 as "blocksHit",
       blks_read::float8 as "blocksRead",
       deadlocks::float8 as deadlocks,
       temp_bytes::float8 as "tempBytes"
from pg_catalog.pg_stat_database
where datid = ${OWN_DATABASE}`;

/** Where pg_stat_statements stands in this database. */
export interface StatementsSource {
  /** Null where the extension is not created here. */
  readonly schema: string | null;
  /** Whether the server loaded its library. */
  readonly isPreloaded: boolean;
  readonly columns: readonly string[];
  readonly hasInfo: boolean;
}

export const STATEMENTS_SOURCE = `
select (select n.nspname::text
        from pg_catalog.pg_extension as e
        join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
        where e.extname = 'pg_stat_statements') as schema,
       exists (select from pg_catalog.pg_settings where name = 'pg_stat_statements.max') as "isPreloaded",
       coalesce(
         (select pg_catalog.json_agg(a.attname)
          from pg_catalog.pg_extension as e
          join pg_catalog.pg_class as c
            on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements'
          join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
          where e.extname = 'pg_stat_statements'),
         '[]'::json) as columns,
       exists (
         select from pg_catalog.pg_extension as e
         join pg_catalog.pg_class as c
           on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements_info'
         where e.extname = 'pg_stat_statements') as "hasInfo"`;

/**
 * The counters of every entry, without the texts: those are in a file that the server would read each time. Entries of several users are
 * not summed, for each is thrown away by itself, and then begins anew: in a sum that would be lost. Sums of float8 take a fifth less
 * than those of bigint, which are numeric (56 for 70 ms at 4,500 statements).
 */
export function statementCountsSql(schema: string, columns: readonly string[]): string {
  const hasTopLevel = columns.includes("toplevel");
  const topLevel = hasTopLevel ? "filter (where toplevel)" : "";
  const since = columns.includes("stats_since")
    ? "extract(epoch from min(stats_since))::float8 * 1000"
    : "null::float8";
  return `
select queryid::text as "queryId",
       pg_catalog.concat_ws(' ', queryid, userid${hasTopLevel ? ", toplevel" : ""}) as entry,
       ${since} as "sinceMs",
       sum(calls::float8) as calls,
       sum(total_exec_time)::float8 as "totalMs",
       coalesce(sum(calls::float8) ${topLevel}, 0) as "topLevelCalls",
       coalesce(sum(total_exec_time) ${topLevel}, 0)::float8 as "topLevelMs",
       min(min_exec_time)::float8 as "minMs",
       max(max_exec_time)::float8 as "maxMs",
       sum(calls * (stddev_exec_time ^ 2 + mean_exec_time ^ 2))::float8 as "squaresMs2",
       sum(rows::float8) as rows,
       sum(shared_blks_hit::float8) as "blocksHit",
       sum(shared_blks_read::float8) as "blocksRead",
       sum(temp_blks_written::float8) as "tempBlocksWritten",
       sum(wal_bytes::float8) as "walBytes"
from ${schema}.pg_stat_statements(false)
where dbid = ${OWN_DATABASE} and calls > 0
group by queryid, userid${hasTopLevel ? ", toplevel" : ""}`;
}

export function statementsResetSql(schema: string): string {
  return `select stats_reset as "resetAt" from ${schema}.pg_stat_statements_info`;
}

const LONGEST_TEXT = 65_536;

/** @param queryIds digits, perhaps with a minus */
export function statementTextsSql(schema: string, queryIds: readonly string[]): string {
  const ids = queryIds.filter((id) => /^-?\d{1,20}$/.test(id)).join(",");
  return `
select distinct on (queryid) queryid::text as "queryId", pg_catalog.left(query, ${LONGEST_TEXT}) as text
from ${schema}.pg_stat_statements(true)
where dbid = ${OWN_DATABASE} and queryid = any ('{${ids}}'::bigint[]) and query is not null`;
}

export interface ActivityRow {
  /** Null: of a session that this role may not see. */
  readonly state: string | null;
  readonly sessions: number;
  readonly longestSeconds: number | null;
}

export const ACTIVITY: string = `
select state,
       count(*)::float8 as sessions,
       max(extract(epoch from pg_catalog.clock_timestamp() - xact_start))::float8 as "longestSeconds"
from pg_catalog.pg_stat_activity
where datid = ${OWN_DATABASE}
  and pid <> pg_catalog.pg_backend_pid()
  and coalesce(backend_type, 'client backend') = 'client backend'
group by state`;

export interface WaitRow {
  /** As pg_stat_activity names it: `Lock`, `IO`, `LWLock`, …; `CPU` for one that waits for nothing. */
  readonly wait: string;
  readonly sessions: number;
}

/** What the sessions that work at this moment wait for: one sample; over time, where the time of the server goes. */
export const WAITS: string = `
select coalesce(wait_event_type, 'CPU') as wait, count(*)::float8 as sessions
from pg_catalog.pg_stat_activity
where datid = ${OWN_DATABASE}
  and state = 'active'
  and pid <> pg_catalog.pg_backend_pid()
group by 1`;

/**
 * What the sessions of this database run, or ran last, with the comment that stands before or behind the text: who they are. Texts
 * beyond track_activity_query_size have lost theirs.
 */
export const SESSIONS: string = `
select query_id::text as "queryId",
       application_name as application,
       coalesce(
         pg_catalog.substring(query, '/\\*(?:(?!\\*/).)*\\*/\\s*;?\\s*$'),
         pg_catalog.substring(query, '^\\s*/\\*(?:(?!\\*/).)*\\*/')) as comment,
       (count(*) filter (where state = 'active'))::float8 as active
from pg_catalog.pg_stat_activity
where datid = ${OWN_DATABASE}
  and pid <> pg_catalog.pg_backend_pid()
  and backend_type = 'client backend'
  and query_id is not null
group by 1, 2, 3`;

/** Sessions of this database that wait for a lock that another one holds. */
export const WAITING: string = `
select count(distinct l.pid)::float8 as waiting
from pg_catalog.pg_locks as l
join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where not l.granted and a.datid = ${OWN_DATABASE}`;

/** How far the farthest standby is behind; null where there is none, or nobody may see it. */
export const LAG_OF_STANDBYS = `
select max(coalesce(extract(epoch from replay_lag), 0))::float8 as seconds
from pg_catalog.pg_stat_replication
where state = 'streaming'`;

/** How far this standby is behind: one that has replayed all that came is not, however long ago that was. */
export const OWN_LAG = `
select case
         when pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() then 0
         else extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())
       end::float8 as seconds`;

export const SIZE = `select pg_catalog.pg_database_size(pg_catalog.current_database())::float8 as bytes`;
