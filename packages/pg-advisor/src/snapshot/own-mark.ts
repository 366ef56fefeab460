import type { SqlClient } from "./sql-client.ts";

/** By this StreamGate knows its own statements again. It stands last: PostgreSQL leaves comments at the beginning out of the counters. */
const MARK = "/* streamgate */";

/** A client all of whose statements say whose they are, so that the counters' readers can leave them out. */
export function marked(client: SqlClient): SqlClient {
  return { query: (text, values) => client.query(`${text} ${MARK}`, values) };
}
