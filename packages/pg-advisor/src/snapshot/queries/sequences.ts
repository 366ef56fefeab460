import type { SequenceFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

const SQL = `
select n.nspname::text as schema, c.relname::text as name,
       format(
         'CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s',
         n.nspname, c.relname, format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax,
         s.seqstart, s.seqcache, case when s.seqcycle then ' CYCLE' else '' end
       ) as definition
from pg_catalog.pg_sequence as s
join pg_catalog.pg_class as c on c.oid = s.seqrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where ${isUserSchema("n")}
  and ${belongsToNoExtension("pg_class", "c.oid")}
  and not exists (
    select from pg_catalog.pg_depend as identity
    where identity.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and identity.objid = c.oid
      and identity.deptype = 'i'
  )
order by n.nspname, c.relname`;

/** Which sequences feed defaults? */
export async function readSequences(client: SqlClient): Promise<readonly SequenceFacts[]> {
  return rowsOf<SequenceFacts>(client, SQL);
}
