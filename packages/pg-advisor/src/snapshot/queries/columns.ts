import type { Column } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { isUserSchema } from "./user-objects.ts";

/**
 * Until 16 the default statistics target was -1, since 17 it is null. Since 18 NOT NULL may be declared without being checked
 * (NOT VALID), and then promises nothing.
 */
const SQL = `
select c.oid as relation,
       a.attnum::int as number,
       a.attname::text as name,
       format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull and not exists (
         select from pg_catalog.pg_constraint as k
         where k.conrelid = a.attrelid and k.contype = 'n' and not k.convalidated
           and k.conkey = array[a.attnum]
       ) as "isNotNull",
       pg_get_expr(f.adbin, f.adrelid) as "defaultExpression",
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' else '' end as generated,
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' else '' end as identity,
       case when a.attcollation <> t.typcollation then
         (select quote_ident(ln.nspname) || '.' || quote_ident(l.collname)
          from pg_catalog.pg_collation as l
          join pg_catalog.pg_namespace as ln on ln.oid = l.collnamespace
          where l.oid = a.attcollation)
       end as collation,
       nullif(a.attstattarget, -1)::int as "statisticsTarget",
       a.attstorage::text as storage,
       a.attstorage <> t.typstorage as "hasOwnStorage"
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
where c.relkind in ('r', 'p', 'm', 'v', 'f')
  and c.relpersistence <> 't'
  and ${isUserSchema("n")}
  and a.attnum > 0
  and not a.attisdropped
order by a.attrelid, a.attnum`;

type Row = Column & { readonly relation: number };

/** Which columns has each relation, by the relation's oid? */
export async function readColumns(
  client: SqlClient,
): Promise<ReadonlyMap<number, readonly Column[]>> {
  const byRelation = new Map<number, Column[]>();
  for (const { relation, ...column } of await rowsOf<Row>(client, SQL)) {
    const columns = byRelation.get(relation);
    if (columns === undefined) byRelation.set(relation, [column]);
    else columns.push(column);
  }
  return byRelation;
}
