import type { ServerFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";

const SQL = `
select current_setting('server_version_num')::int as "versionNumber",
       current_setting('server_version') as "version",
       current_database()::text as "database",
       current_user::text as "user",
       pg_postmaster_start_time() as "startedAt",
       pg_is_in_recovery() as "isReplica",
       current_setting('block_size')::int as "blockSizeBytes",
       d.datcollate::text as "collation",
       pg_encoding_to_char(d.encoding)::text as "encoding"
from pg_catalog.pg_database as d
where d.datname = current_database()`;

type Row = Omit<ServerFacts, "host" | "port" | "startedAt"> & { readonly startedAt: Date };

/** Which server is this, and which database of it? */
export async function readServer(
  client: SqlClient,
  address: { readonly host: string; readonly port: number },
): Promise<ServerFacts> {
  const [row] = await rowsOf<Row>(client, SQL);
  if (row === undefined) throw new Error("pg_database does not list the current database");
  return {
    ...row,
    host: address.host,
    port: address.port,
    startedAt: row.startedAt.toISOString(),
  };
}
