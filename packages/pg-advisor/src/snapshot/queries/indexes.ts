import type { Index, IndexKeyFacts, RelationName } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/** `indoption` has bit 1 for descending and bit 2 for nulls first. */
const SQL = `
select c.oid as oid,
       n.nspname::text as schema,
       c.relname::text as name,
       json_build_object('schema', tn.nspname, 'name', t.relname) as table,
       pg_get_indexdef(i.indexrelid) as definition,
       m.amname::text as method,
       i.indisunique as "isUnique",
       i.indisprimary as "isPrimary",
       i.indisvalid and i.indisready and i.indislive as "isValid",
       (select k.conname::text
        from pg_catalog.pg_constraint as k
        where k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
        limit 1) as constraint,
       (select json_agg(json_build_object(
                 'column', a.attname,
                 'expression', case when a.attname is null
                   then pg_get_indexdef(i.indexrelid, part.position::int, false) end,
                 'direction', case when part.option & 1 = 1 then 'desc' else 'asc' end,
                 'nulls', case when part.option & 2 = 2 then 'first' else 'last' end)
                 order by part.position)
        from unnest(i.indkey::int2[], i.indoption::int2[]) with ordinality as part (number, option, position)
        left join pg_catalog.pg_attribute as a
          on part.number <> 0 and a.attrelid = i.indrelid and a.attnum = part.number
        where part.position <= i.indnkeyatts) as keys,
       coalesce(
         (select json_agg(a.attname order by part.position)
          from unnest(i.indkey::int2[]) with ordinality as part (number, position)
          join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = part.number
          where part.position > i.indnkeyatts),
         '[]'::json) as includes,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       c.relpages as pages,
       c.reltuples::float8 as rows,
       coalesce(case when c.relkind = 'i' then pg_relation_size(c.oid, 'main') end, 0)::float8 as "sizeBytes",
       coalesce(pg_stat_get_numscans(c.oid), 0)::float8 as scans,
       (select json_build_object('schema', pn.nspname, 'name', p.relname)
        from pg_catalog.pg_inherits as h
        join pg_catalog.pg_class as p on p.oid = h.inhparent
        join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
        where h.inhrelid = c.oid) as parent
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_am as m on m.oid = c.relam
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
where t.relkind in ('r', 'p', 'm')
  and t.relpersistence <> 't'
  and ${isUserSchema("tn")}
  and ${belongsToNoExtension("pg_class", "t.oid")}
order by tn.nspname, t.relname, c.relname`;

type Row = Omit<Index, "keys" | "definition"> & {
  readonly keys: readonly IndexKeyFacts[] | null;
  readonly definition: string | null;
  readonly table: RelationName;
};

/** Which indexes are there, and is anybody using them? */
export async function readIndexes(client: SqlClient): Promise<readonly Index[]> {
  const rows = await rowsOf<Row>(client, SQL);
  return rows.flatMap((row) =>
    row.definition === null || row.keys === null
      ? []
      : [{ ...row, definition: row.definition, keys: row.keys }],
  );
}
