/** A session that waits for a lock, or that somebody waits for, as the server tells it. */
export interface LockSessionRow {
  /** 0: a prepared transaction, which has no session. */
  readonly pid: number;
  /** Null where nothing is known of it. */
  readonly startedAt: Date | null;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** Null of other users' sessions where the role may not see them. */
  readonly query: string | null;
  readonly transactionMs: number | null;
  readonly statementMs: number | null;
  /** Since its state changed: of one that is idle in its transaction, for how long. */
  readonly stateMs: number | null;
  /** Null of one that waits for nobody. */
  readonly blockers: readonly number[] | null;
  readonly waitedMs: number | null;
  /** `ShareLock on transactionid`; null of one that waits for nobody. */
  readonly lock: string | null;
  /** The table that it is about, where that can be told. */
  readonly relation: string | null;
}

const LONGEST_TEXT = 4_000;
const MOST_SESSIONS = 500;
const OWN_DATABASE =
  "(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())";

/**
 * Who waits for whom in this database, through all sessions in between. pg_blocking_pids holds up the lock manager for a moment, so it
 * is asked of those alone who wait; any role may ask it, and pg_locks too (PostgreSQL manual, 9.27 and 54.12). One who waits for a
 * row waits for its transaction, while it holds a lock on the row's place: by that the table is known.
 */
export const LOCK_SESSIONS: string = `
with waiting as materialized (
  select w.pid, pg_catalog.pg_blocking_pids(w.pid) as blockers
  from (select distinct pid from pg_catalog.pg_locks where not granted) as w
  join pg_catalog.pg_stat_activity as a on a.pid = w.pid
  where a.datid = ${OWN_DATABASE}
  limit ${MOST_SESSIONS}
), involved as (
  select pid from waiting
  union
  select b.pid from waiting, unnest(waiting.blockers) as b (pid)
)
select i.pid,
       a.backend_start as "startedAt",
       a.usename::text as "user",
       nullif(a.application_name, '') as application,
       a.state,
       pg_catalog.left(a.query, ${LONGEST_TEXT}) as query,
       extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 as "transactionMs",
       extract(epoch from pg_catalog.clock_timestamp() - a.query_start)::float8 * 1000 as "statementMs",
       extract(epoch from pg_catalog.clock_timestamp() - a.state_change)::float8 * 1000 as "stateMs",
       w.blockers,
       case when w.pid is not null then
         extract(epoch from pg_catalog.clock_timestamp() - coalesce(l.waitstart, a.query_start))::float8 * 1000
       end as "waitedMs",
       l.mode || ' on ' || l.locktype as lock,
       (select c.oid::pg_catalog.regclass::text from pg_catalog.pg_class as c
        where c.oid = coalesce(l.relation, t.relation)) as relation
from involved as i
left join pg_catalog.pg_stat_activity as a on a.pid = i.pid
left join waiting as w on w.pid = i.pid
left join lateral (
  select mode, locktype, waitstart, case when database = ${OWN_DATABASE} then relation end as relation
  from pg_catalog.pg_locks where pid = i.pid and not granted limit 1) as l on true
left join lateral (
  select relation from pg_catalog.pg_locks
  where pid = i.pid and locktype = 'tuple' and database = ${OWN_DATABASE} limit 1) as t on true`;
