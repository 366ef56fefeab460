import { messageOf } from "@streamgate/core";
import { type ReadOptions, resolveReadOptions } from "../snapshot/options.ts";
import { inReadTransaction } from "../snapshot/read-transaction.ts";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";
import { type ParsedStatement, parseStatement } from "../workload/parse-statement.ts";
import { parsePlan } from "./parse-plan.ts";
import type { PlanNode } from "./plan.ts";

/** What became of one statement of many. */
export type GenericPlan =
  | { readonly outcome: "planned"; readonly plan: PlanNode }
  | { readonly outcome: "declined"; readonly reason: string };

/** The first version that plans a statement whose parameters have no values (`EXPLAIN (GENERIC_PLAN)`). */
const FIRST_VERSION = 160_000;
const PREPARED = "streamgate_plan";

/**
 * The plan that the watched server would make of a statement for whatever values: EXPLAIN (GENERIC_PLAN), which executes nothing, in a
 * transaction that cannot write. Before PostgreSQL 16 it is prepared, explained as a generic plan, and deallocated.
 *
 * @param text normalised: constants are `$1`, `$2`, …
 * @returns null where the text is no single SELECT, INSERT, UPDATE, DELETE or MERGE, or the server does not plan it: the role may not
 *   read the tables, a lock was not to be had
 * @throws StreamGateError those of the connection
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
  const [one] = await explainEachGenerically(connectionString, [text], options);
  return one?.outcome === "planned" ? one.plan : null;
}

/**
 * The same for several statements on one connection, one after another; what one of them cannot be planned for does not keep the others
 * from being planned. No lock outlasts its own statement.
 *
 * @param texts normalised
 * @returns for each text its plan, or why there is none
 * @throws StreamGateError those of the connection
 * @example
 * ```ts
 * import { explainEachGenerically } from "@streamgate/pg-advisor";
 * async function planned(url: string, texts: readonly string[]): Promise<number> {
 *   const plans = await explainEachGenerically(url, texts, { statementTimeoutMs: 1_000 });
 *   return plans.filter(({ outcome }) => outcome === "planned").length;
 * }
 * ```
 */
export async function explainEachGenerically(
  connectionString: string,
  texts: readonly string[],
  options: ReadOptions = {},
): Promise<readonly GenericPlan[]> {
  const parsed = texts.map((text) => parseStatement(text));
  if (parsed.every(({ outcome }) => outcome === "declined")) return parsed.map(declinedOf);
  return inReadTransaction(connectionString, resolveReadOptions(options), async (client) => {
    const [server] = await rowsOf<{ readonly version: number }>(
      client,
      "select current_setting('server_version_num')::int as version",
    );
    // The statements' names are meant as the application's own search path finds them.
    await client.query("set local search_path to default");
    // The server must read the text as the parser did, or one statement could be two.
    await client.query("set local standard_conforming_strings = on");
    const explain = (server?.version ?? 0) < FIRST_VERSION ? explainPrepared : explainGeneric;
    if (explain === explainPrepared)
      await client.query("set local plan_cache_mode = force_generic_plan");
    const plans: GenericPlan[] = [];
    for (const one of parsed)
      plans.push(
        one.outcome === "declined"
          ? declinedOf(one)
          : await attempt(client, () => explain(client, one.statement)),
      );
    return plans;
  });
}

function declinedOf(one: ReturnType<typeof parseStatement>): GenericPlan {
  return {
    outcome: "declined",
    reason: one.outcome === "declined" ? `${one.reason}: ${one.explanation}` : "not asked",
  };
}

/** Rolled back to where it began: locks go, and a failure leaves the transaction usable. */
async function attempt(
  client: SqlClient,
  explain: () => Promise<PlanNode | null>,
): Promise<GenericPlan> {
  await client.query("savepoint streamgate_plan");
  try {
    const plan = await explain();
    return plan === null
      ? { outcome: "declined", reason: "the server gave no plan" }
      : { outcome: "planned", plan };
  } catch (error) {
    return { outcome: "declined", reason: messageOf(error) };
  } finally {
    // Where this fails the connection is gone, and the next statement says so.
    await client.query("rollback to savepoint streamgate_plan");
  }
}

async function explainGeneric(
  client: SqlClient,
  { text }: ParsedStatement,
): Promise<PlanNode | null> {
  return planIn(client, `explain (generic_plan, verbose, format json) ${text}`);
}

/** What is prepared outlasts a rollback, so it is deallocated here, before the connection may be anybody else's. */
async function explainPrepared(
  client: SqlClient,
  { text, parameterCount }: ParsedStatement,
): Promise<PlanNode | null> {
  await client.query(`prepare ${PREPARED} as ${text}`);
  try {
    const values = Array.from({ length: parameterCount }, () => "null").join(", ");
    const call = parameterCount === 0 ? PREPARED : `${PREPARED}(${values})`;
    return await planIn(client, `explain (verbose, format json) execute ${call}`);
  } catch (error) {
    await client.query("rollback to savepoint streamgate_plan");
    throw error;
  } finally {
    await client.query(`deallocate ${PREPARED}`);
  }
}

async function planIn(client: SqlClient, sql: string): Promise<PlanNode | null> {
  const [row] = await rowsOf<{ readonly "QUERY PLAN": unknown }>(client, sql);
  return row === undefined ? null : parsePlan(row["QUERY PLAN"]);
}
