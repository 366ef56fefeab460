import { type ReadOptions, resolveReadOptions } from "../snapshot/options.ts";
import { inReadTransaction } from "../snapshot/read-transaction.ts";
import { rowsOf } from "../snapshot/sql-client.ts";
import { parseStatement } from "../workload/parse-statement.ts";
import { parsePlan } from "./parse-plan.ts";
import type { PlanNode } from "./plan.ts";

/** The first version that plans a statement whose parameters have no values (`EXPLAIN (GENERIC_PLAN)`). */
const FIRST_VERSION = 160_000;

/**
 * The plan that the watched server would make of a statement for whatever values: EXPLAIN (GENERIC_PLAN), which executes nothing, in a
 * transaction that cannot write. Null where the server is older than 16.
 *
 * @param text normalised: constants are `$1`, `$2`, …
 * @returns null, too, where the text is no single SELECT, INSERT, UPDATE, DELETE or MERGE
 * @throws StreamGateError those of the connection and of reading: the role may not read the tables, a lock was not to be had
 * @example
 * ```ts
 * import { explainGenerically } from "@streamgate/pg-advisor";
 * const planOf = (url: string) =>
 *   explainGenerically(url, "select * from users where email = $1", { statementTimeoutMs: 2_000 });
 * ```
 */
export async function explainGenerically(
  connectionString: string,
  text: string,
  options: ReadOptions = {},
): Promise<PlanNode | null> {
  const parsed = parseStatement(text);
  if (parsed.outcome === "declined") return null;
  return inReadTransaction(connectionString, resolveReadOptions(options), async (client) => {
    const [server] = await rowsOf<{ readonly version: number }>(
      client,
      "select current_setting('server_version_num')::int as version",
    );
    if (server === undefined || server.version < FIRST_VERSION) return null;
    // The statement's names are meant as the application's own search path finds them.
    await client.query("set local search_path to default");
    // The server must read the text as the parser did, or one statement could be two.
    await client.query("set local standard_conforming_strings = on");
    const [row] = await rowsOf<{ readonly "QUERY PLAN": unknown }>(
      client,
      `explain (generic_plan, verbose, format json) ${parsed.statement.text}`,
    );
    return row === undefined ? null : parsePlan(row["QUERY PLAN"]);
  });
}
