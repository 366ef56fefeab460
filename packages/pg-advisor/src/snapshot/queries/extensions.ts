import type { ExtensionFacts, RelationName } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

/** An array type is no member of the extension that owns its element, so it is added. */
const SQL = `
with member as (
  select d.refobjid as extension, d.classid, d.objid
  from pg_catalog.pg_depend as d
  where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'
  union all
  select d.refobjid, d.classid, t.typarray
  from pg_catalog.pg_depend as d
  join pg_catalog.pg_type as t on t.oid = d.objid
  where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'
    and d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.typarray <> 0
), used as (
  select distinct member.extension, coalesce(i.indrelid, f.adrelid, k.conrelid, v.ev_class, d.objid) as relation
  from member
  join pg_catalog.pg_depend as d
    on d.refclassid = member.classid and d.refobjid = member.objid and d.deptype in ('n', 'a')
  left join pg_catalog.pg_index as i
    on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indexrelid = d.objid
  left join pg_catalog.pg_attrdef as f
    on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and f.oid = d.objid
  left join pg_catalog.pg_constraint as k
    on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and k.oid = d.objid and k.conrelid <> 0
  left join pg_catalog.pg_rewrite as v
    on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and v.oid = d.objid
  where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     or f.oid is not null or k.oid is not null or v.oid is not null
)
select e.extname::text as name, e.extversion as version, n.nspname::text as schema,
       coalesce(
         (select json_agg(json_build_object('schema', cn.nspname, 'name', c.relname) order by cn.nspname, c.relname)
          from used
          join pg_catalog.pg_class as c on c.oid = used.relation and c.relkind in ('r', 'p', 'm', 'v', 'f')
          join pg_catalog.pg_namespace as cn on cn.oid = c.relnamespace
          where used.extension = e.oid
            and not exists (
              select from member
              where member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and member.objid = c.oid
            )),
         '[]'::json) as "usedBy"
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
order by e.extname`;

/** Which extensions are there, and which relations need them? */
export async function readExtensions(client: SqlClient): Promise<readonly ExtensionFacts[]> {
  return rowsOf<ExtensionFacts & { readonly usedBy: readonly RelationName[] }>(client, SQL);
}
