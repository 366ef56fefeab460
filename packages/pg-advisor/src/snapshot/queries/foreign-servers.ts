import type { ForeignServerFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

/** Options of postgres_fdw that its estimates and plans are made from. */
const PLAN_OPTIONS = [
  "async_capable",
  "extensions",
  "fdw_startup_cost",
  "fdw_tuple_cost",
  "fetch_size",
  "use_remote_estimate",
];

/** SQL for a JSON array of those of a `text[]` of options that change plans. */
export function planOptionsOf(options: string): string {
  const names = PLAN_OPTIONS.map((name) => `'${name}'`).join(", ");
  return `coalesce((select json_agg(o order by o) from unnest(${options}) as o
                    where split_part(o, '=', 1) in (${names})), '[]'::json)`;
}

const SQL = `
select s.srvname::text as name, w.fdwname::text as wrapper, ${planOptionsOf("s.srvoptions")} as "planOptions"
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw
where exists (select from pg_catalog.pg_foreign_table as t where t.ftserver = s.oid)
order by s.srvname`;

/** On which other servers do foreign tables lie? Neither addresses nor users nor passwords are read. */
export async function readForeignServers(
  client: SqlClient,
): Promise<readonly ForeignServerFacts[]> {
  return rowsOf<ForeignServerFacts>(client, SQL);
}
