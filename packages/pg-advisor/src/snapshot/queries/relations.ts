import { keyOf } from "../../schema/identifiers.ts";
import type { Column, Relation, RelationName, TableUsage } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { planOptionsOf } from "./foreign-servers.ts";
import { orderByNeeds } from "./order-by-needs.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

const KINDS = {
  r: "table",
  p: "partitioned table",
  m: "materialized view",
  v: "view",
  f: "foreign table",
} as const;

/**
 * The privilege of a dropped relation is null at once, whatever the transaction's view of the
 * catalogue; pg_get_viewdef would fail.
 */
const SQL = `
select c.oid as oid,
       n.nspname::text as schema,
       c.relname::text as name,
       c.relkind::text as kind,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey",
       case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as bound,
       (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) order by h.inhseqno)
        from pg_catalog.pg_inherits as h
        join pg_catalog.pg_class as p on p.oid = h.inhparent
        join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
        where h.inhrelid = c.oid) as parents,
       has_table_privilege(c.oid, 'select') is not null as "isStillThere",
       case when c.relkind in ('v', 'm') and has_table_privilege(c.oid, 'select') is not null
         then pg_get_viewdef(c.oid) end as definition,
       case when c.relkind in ('v', 'm') then
         (select json_agg(distinct jsonb_build_object('schema', sn.nspname, 'name', s.relname))
          from pg_catalog.pg_rewrite as w
          join pg_catalog.pg_depend as d
            on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
            and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> c.oid
          join pg_catalog.pg_class as s on s.oid = d.refobjid and s.relkind in ('r', 'p', 'm', 'v', 'f')
          join pg_catalog.pg_namespace as sn on sn.oid = s.relnamespace
          where w.ev_class = c.oid)
       end as "dependsOn",
       coalesce(c.reloptions, '{}') as options,
       c.relpersistence = 'u' as "isUnlogged",
       (select json_build_object('server', fs.srvname, 'planOptions', ${planOptionsOf("ft.ftoptions")})
        from pg_catalog.pg_foreign_table as ft
        join pg_catalog.pg_foreign_server as fs on fs.oid = ft.ftserver
        where ft.ftrelid = c.oid) as foreign,
       c.relpages as pages,
       c.reltuples::float8 as rows,
       c.relallvisible as "allVisiblePages",
       (to_jsonb(c) ->> 'relallfrozen')::int as "allFrozenPages",
       coalesce(case when c.relkind in ('r', 'm') then pg_relation_size(c.oid, 'main') end, 0)::float8 as "sizeBytes",
       case when c.relrowsecurity then true else false end as "hasRowSecurity",
       coalesce(u.seq_scan, 0)::float8 as "sequentialScans",
       coalesce(u.idx_scan, 0)::float8 as "indexScans",
       coalesce(u.n_tup_ins, 0)::float8 as "rowsInserted",
       coalesce(u.n_tup_upd, 0)::float8 as "rowsUpdated",
       coalesce(u.n_tup_hot_upd, 0)::float8 as "rowsHotUpdated",
       coalesce(u.n_tup_del, 0)::float8 as "rowsDeleted",
       coalesce(u.n_live_tup, 0)::float8 as "liveRows",
       coalesce(u.n_dead_tup, 0)::float8 as "deadRows",
       greatest(u.last_analyze, u.last_autoanalyze) as "lastAnalyzed"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_all_tables as u on u.relid = c.oid
where c.relkind in ('r', 'p', 'm', 'v', 'f')
  and c.relpersistence <> 't'
  and ${isUserSchema("n")}
  and ${belongsToNoExtension("pg_class", "c.oid")}
order by n.nspname, c.relname`;

interface Row extends RelationName, Omit<TableUsage, "lastAnalyzed"> {
  readonly oid: number;
  readonly kind: keyof typeof KINDS;
  readonly isStillThere: boolean;
  readonly partitionKey: string | null;
  readonly bound: string | null;
  readonly parents: readonly RelationName[] | null;
  readonly definition: string | null;
  readonly dependsOn: readonly RelationName[] | null;
  readonly options: readonly string[];
  readonly isUnlogged: boolean;
  readonly foreign: Relation["foreign"] | null;
  readonly pages: number;
  readonly rows: number;
  readonly allVisiblePages: number;
  readonly allFrozenPages: number | null;
  readonly sizeBytes: number;
  readonly hasRowSecurity: boolean;
  readonly lastAnalyzed: Date | null;
}

/** The relations, views after what they read, and those of them that row security guards. */
export interface RelationsReading {
  readonly relations: readonly Relation[];
  readonly guardedByRowSecurity: readonly RelationName[];
}

/** Which relations are there, how large are they, and how are they used? */
export async function readRelations(
  client: SqlClient,
  columnsByOid: ReadonlyMap<number, readonly Column[]>,
): Promise<RelationsReading> {
  const rows = (await rowsOf<Row>(client, SQL)).filter((row) => row.isStillThere);
  const relations = rows.map((row) => toRelation(row, columnsByOid.get(row.oid) ?? []));
  return {
    relations: orderByNeeds(relations, keyOf, (relation) => relation.dependsOn.map(keyOf)),
    guardedByRowSecurity: rows.filter((row) => row.hasRowSecurity),
  };
}

function toRelation(row: Row, columns: readonly Column[]): Relation {
  const parents = row.parents ?? [];
  const [parent] = parents;
  const isPartition = row.bound !== null && parent !== undefined;
  return {
    schema: row.schema,
    name: row.name,
    oid: row.oid,
    kind: KINDS[row.kind],
    columns,
    partitionKey: row.partitionKey,
    partitionOf: isPartition ? { parent, bound: row.bound } : null,
    inherits: isPartition ? [] : parents,
    definition: row.definition,
    dependsOn: row.dependsOn ?? [],
    options: row.options,
    ...(row.foreign === null || row.foreign === undefined ? {} : { foreign: row.foreign }),
    isUnlogged: row.isUnlogged,
    ...(row.hasRowSecurity ? { hasRowSecurity: true as const } : {}),
    pages: row.pages,
    rows: row.rows,
    allVisiblePages: row.allVisiblePages,
    allFrozenPages: row.allFrozenPages,
    sizeBytes: row.sizeBytes,
    usage: {
      sequentialScans: row.sequentialScans,
      indexScans: row.indexScans,
      rowsInserted: row.rowsInserted,
      rowsUpdated: row.rowsUpdated,
      rowsHotUpdated: row.rowsHotUpdated,
      rowsDeleted: row.rowsDeleted,
      liveRows: row.liveRows,
      deadRows: row.deadRows,
      lastAnalyzed: row.lastAnalyzed?.toISOString() ?? null,
    },
  };
}
