import { belongsToNoExtension, isUserSchema } from "../snapshot/queries/user-objects.ts";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";
import type { IndexTraits } from "./index-portrait.ts";

/** `last_idx_scan` is there from PostgreSQL 16 on. */
const SQL = `
select n.nspname::text as schema,
       c.relname::text as name,
       i.indisreplident as "isReplicaIdentity",
       i.indisclustered as "isClustered",
       not i.indimmediate as "isDeferrable",
       coalesce(
         (select json_agg(k.conname order by k.conname)
          from pg_catalog.pg_constraint as k
          where k.contype = 'f' and k.conindid = i.indexrelid),
         '[]'::json) as "referencedBy",
       coalesce(s.idx_scan, 0)::float8 as scans,
       coalesce(s.idx_tup_read, 0)::float8 as "tuplesRead",
       coalesce(s.idx_tup_fetch, 0)::float8 as "tuplesFetched",
       to_jsonb(s) ->> 'last_idx_scan' as "lastScanAt",
       -- A role without rights sees no progress of others, but their locks: a concurrent build holds this one to its end.
       exists (select from pg_catalog.pg_stat_progress_create_index as b where b.index_relid = i.indexrelid)
         or (not i.indisvalid and exists (
           select from pg_catalog.pg_locks as l
           where l.locktype = 'relation' and l.relation = i.indrelid and l.granted
             and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = current_database())
             and l.mode = 'ShareUpdateExclusiveLock')) as "isBeingBuilt",
       case when current_setting('track_commit_timestamp') = 'on'
         then pg_catalog.pg_xact_commit_timestamp(i.xmin) end as "knownSinceAt",
       json_build_object(
         'tablespace', (select ts.spcname from pg_catalog.pg_tablespace as ts where ts.oid = c.reltablespace),
         'comment', pg_catalog.obj_description(i.indexrelid, 'pg_class'),
         'statisticsTargets', coalesce(
           (select json_agg(json_build_object('position', a.attnum, 'target', a.attstattarget) order by a.attnum)
            from pg_catalog.pg_attribute as a
            where a.attrelid = i.indexrelid and a.attstattarget >= 0),
           '[]'::json),
         'dependsOnExtensions', coalesce(
           (select json_agg(e.extname order by e.extname)
            from pg_catalog.pg_depend as d
            join pg_catalog.pg_extension as e on e.oid = d.refobjid
            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid
              and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'x'),
           '[]'::json)) as upkeep
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as t on t.oid = i.indrelid
left join pg_catalog.pg_stat_all_indexes as s on s.indexrelid = i.indexrelid
where t.relkind in ('r', 'p', 'm')
  and t.relpersistence <> 't'
  and ${isUserSchema("n")}
  and ${belongsToNoExtension("pg_class", "t.oid")}`;

/** What are the indexes needed for, and how were they scanned? */
export async function readIndexTraits(client: SqlClient): Promise<readonly IndexTraits[]> {
  const rows = await rowsOf<Row>(client, SQL);
  return rows.map((row) => ({
    ...row,
    lastScanAt: row.lastScanAt === null ? null : new Date(row.lastScanAt).toISOString(),
    knownSinceAt: row.knownSinceAt?.toISOString() ?? null,
  }));
}

type Row = Omit<IndexTraits, "knownSinceAt"> & { readonly knownSinceAt: Date | null };

/** What the server says of its own counters. */
export interface CountingFacts {
  /** When they began anew: by hand, after a crash, or with the cluster itself, as an upgrade makes one. Null where it does not tell. */
  readonly countersResetAt: string | null;
  /** Standbys that read what it writes: connected, or away with a slot that waits for them. */
  readonly replicas: number;
  /** The same for a primary and its standbys; null where the role may not ask. */
  readonly systemIdentifier?: string | null;
}

/**
 * A crash throws all counters away and leaves `stats_reset` of the database empty (from PostgreSQL 15 on), but sets that of all the
 * counters of the cluster to the same time; each of those can be reset by hand later. So the earliest of them is the crash or after it.
 * Walsenders of logical slots serve subscribers, which have indexes of their own; programs that only copy the log run no queries.
 */
const COUNTING_SQL = `
select greatest(
         (select stats_reset from pg_catalog.pg_stat_database where datname = current_database()),
         least(
           (select stats_reset from pg_catalog.pg_stat_bgwriter),
           (select stats_reset from pg_catalog.pg_stat_archiver),
           (select stats_reset from pg_catalog.pg_stat_wal))) as since,
       (select count(*)::int from pg_catalog.pg_stat_replication as r
        where not exists (
            select from pg_catalog.pg_replication_slots as s
            where s.active_pid = r.pid and s.slot_type = 'logical')
          and coalesce(r.application_name, '') not in ('pg_basebackup', 'pg_receivewal', 'barman_receive_wal'))
       + (select count(*)::int from pg_catalog.pg_replication_slots as s
          where s.slot_type = 'physical' and not s.active and s.restart_lsn is not null
            and coalesce(s.wal_status, '') <> 'lost') as replicas,
       has_function_privilege('pg_catalog.pg_control_system()', 'execute') as "mayAskForSystem"`;

/** Apart: rights on a function are checked before it is known whether it will be called. */
const SYSTEM_SQL =
  "select system_identifier::text as identifier from pg_catalog.pg_control_system()";

interface CountingRow {
  readonly since: Date | null;
  readonly replicas: number;
  readonly mayAskForSystem: boolean;
}

/** Since when do the counters count, and who else may use the indexes? */
export async function readCountingFacts(client: SqlClient): Promise<CountingFacts> {
  const [row] = await rowsOf<CountingRow>(client, COUNTING_SQL);
  const [system] =
    row?.mayAskForSystem === true
      ? await rowsOf<{ readonly identifier: string }>(client, SYSTEM_SQL)
      : [];
  return {
    countersResetAt: row?.since?.toISOString() ?? null,
    replicas: row?.replicas ?? 0,
    systemIdentifier: system?.identifier ?? null,
  };
}
