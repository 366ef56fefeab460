import type { OwnType } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

/**
 * All types that are not PostgreSQL's own, save arrays and rows: their oids differ from database to database, and are inside of some
 * statistics. Labels of an enum, also of a domain on one.
 */
const SQL = `
select t.oid::bigint::int as oid, n.nspname::text as schema, t.typname::text as name,
       case t.typtype when 'b' then 'base' when 'e' then 'enum' when 'd' then 'domain' else 'range' end as kind,
       e.extname::text as extension,
       (select json_agg(json_build_object('oid', l.oid::bigint, 'label', l.enumlabel) order by l.enumsortorder)
        from pg_catalog.pg_enum as l
        where l.enumtypid = case t.typtype when 'd' then t.typbasetype else t.oid end) as labels
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
left join pg_catalog.pg_depend as d
  on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e'
left join pg_catalog.pg_extension as e
  on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and e.oid = d.refobjid
where t.oid >= 16384 and t.typtype in ('b', 'e', 'd', 'r') and t.typcategory <> 'A' and t.typisdefined
order by t.oid`;

/** Which types has this database of its own, and whose are they? */
export async function readOwnTypes(client: SqlClient): Promise<readonly OwnType[]> {
  return rowsOf<OwnType>(client, SQL);
}
