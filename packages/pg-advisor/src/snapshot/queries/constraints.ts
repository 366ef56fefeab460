import type { Constraint } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/**
 * A foreign key to a partitioned table has further rows, one for each partition referred to; those
 * have a parent constraint on the same table and are PostgreSQL's own business.
 * The privilege of a dropped table is null at once, where pg_get_constraintdef would fail.
 */
const SQL = `
select json_build_object('schema', n.nspname, 'name', c.relname) as table,
       k.conname::text as name,
       case k.contype
         when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key'
         when 'c' then 'check' else 'exclusion' end as kind,
       case when has_table_privilege(k.conrelid, 'select') is not null
         then pg_get_constraintdef(k.oid) end as definition,
       coalesce(
         (select json_agg(a.attname order by part.position)
          from unnest(k.conkey) with ordinality as part (number, position)
          join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = part.number),
         '[]'::json) as columns,
       case when k.contype = 'f' then
         json_build_object(
           'table', json_build_object('schema', rn.nspname, 'name', r.relname),
           'columns',
           (select json_agg(a.attname order by part.position)
            from unnest(k.confkey) with ordinality as part (number, position)
            join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = part.number))
       end as references,
       k.convalidated as "isValidated",
       k.conparentid <> 0 or (k.coninhcount > 0 and not k.conislocal) as "isInherited"
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_class as r on r.oid = k.confrelid
left join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
left join pg_catalog.pg_constraint as pk on pk.oid = k.conparentid
where k.contype in ('p', 'u', 'f', 'c', 'x')
  and c.relkind in ('r', 'p', 'f')
  and c.relpersistence <> 't'
  and (pk.oid is null or pk.conrelid <> k.conrelid)
  and ${isUserSchema("n")}
  and ${belongsToNoExtension("pg_class", "c.oid")}
order by n.nspname, c.relname, k.conname`;

type Row = Constraint & { readonly definition: string | null };

/** Which rules do the tables keep, apart from NOT NULL? */
export async function readConstraints(client: SqlClient): Promise<readonly Constraint[]> {
  return (await rowsOf<Row>(client, SQL)).filter((row) => row.definition !== null);
}
