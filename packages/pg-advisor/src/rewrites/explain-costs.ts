import { messageOf } from "@streamgate/core";
import { parsePlan } from "../plans/parse-plan.ts";
import { type ReadOptions, resolveReadOptions } from "../snapshot/options.ts";
import { inReadTransaction } from "../snapshot/read-transaction.ts";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";

/** What the planner thinks that a statement costs, or why it would not plan it. */
export type PlannedCost =
  | {
      readonly outcome: "planned";
      readonly cost: number;
      readonly parameterTypes: readonly string[];
    }
  | { readonly outcome: "not planned"; readonly because: string };

/**
 * The planner's cost of each statement on the watched server, for whatever values its parameters have: a prepared statement's generic plan,
 * in a transaction that cannot write. Nothing is executed.
 */
export async function explainCosts(
  connectionString: string,
  texts: readonly string[],
  options: ReadOptions = {},
): Promise<readonly PlannedCost[]> {
  return inReadTransaction(connectionString, resolveReadOptions(options), async (client) => {
    // Names are meant as the application's own search path finds them.
    await client.query("set local search_path to default");
    await client.query("set local standard_conforming_strings = on");
    await client.query("set local plan_cache_mode = force_generic_plan");
    const costs: PlannedCost[] = [];
    for (const text of texts) costs.push(await explainOne(client, text));
    return costs;
  });
}

async function explainOne(client: SqlClient, text: string): Promise<PlannedCost> {
  await client.query("savepoint streamgate_plan");
  try {
    await client.query(`prepare streamgate_plan as ${text}`);
    const [prepared] = await rowsOf<{ readonly types: readonly string[] }>(
      client,
      "select parameter_types::text[] as types from pg_prepared_statements where name = 'streamgate_plan'",
    );
    const parameterTypes = prepared?.types ?? [];
    const values =
      parameterTypes.length === 0 ? "" : `(${parameterTypes.map(() => "null").join(", ")})`;
    const [row] = await rowsOf<{ readonly "QUERY PLAN": unknown }>(
      client,
      `explain (format json) execute streamgate_plan${values}`,
    );
    await client.query("deallocate streamgate_plan");
    return { outcome: "planned", cost: parsePlan(row?.["QUERY PLAN"]).totalCost, parameterTypes };
  } catch (error) {
    await client.query("rollback to savepoint streamgate_plan");
    await client.query("deallocate all");
    return { outcome: "not planned", because: messageOf(error) };
  }
}
