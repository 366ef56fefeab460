import type { FunctionFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/** A range type makes its own constructors; they depend on it internally and are left out. */
const SQL = `
select n.nspname::text as schema,
       p.proname::text as name,
       pg_get_function_identity_arguments(p.oid) as "identityArguments",
       pg_get_functiondef(p.oid) as definition
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where ${isUserSchema("n")}
  and p.prokind in ('f', 'p', 'w')
  and p.prorettype not in ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
  and ${belongsToNoExtension("pg_proc", "p.oid")}
  and not exists (
    select from pg_catalog.pg_depend as maker
    where maker.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and maker.objid = p.oid
      and maker.deptype = 'i'
  )
order by p.oid`;

/** Which functions have users made that a statement, an index or a default may call? */
export async function readFunctions(client: SqlClient): Promise<readonly FunctionFacts[]> {
  const rows = await rowsOf<FunctionFacts & { readonly definition: string | null }>(client, SQL);
  return rows.filter((row) => row.definition !== null);
}
