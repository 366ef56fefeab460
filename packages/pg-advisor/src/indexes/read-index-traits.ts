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
       to_jsonb(s) ->> 'last_idx_scan' as "lastScanAt"
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
  const rows = await rowsOf<IndexTraits>(client, SQL);
  return rows.map((row) => ({
    ...row,
    lastScanAt: row.lastScanAt === null ? null : new Date(row.lastScanAt).toISOString(),
  }));
}

/** What the server says of its own counters. */
export interface CountingFacts {
  /** Null where they were never reset by hand. */
  readonly countersResetAt: string | null;
  /** Standbys that are connected. */
  readonly replicas: number;
}

const COUNTING_SQL = `
select (select stats_reset from pg_catalog.pg_stat_database where datname = current_database()) as since,
       (select count(*)::int from pg_catalog.pg_stat_replication) as replicas`;

/** Since when do the counters count, and who else may use the indexes? */
export async function readCountingFacts(client: SqlClient): Promise<CountingFacts> {
  const [row] = await rowsOf<{ readonly since: Date | null; readonly replicas: number }>(
    client,
    COUNTING_SQL,
  );
  return { countersResetAt: row?.since?.toISOString() ?? null, replicas: row?.replicas ?? 0 };
}
