import type pg from "pg";
import type { TestPostgres } from "../postgres.ts";
import type { PlanScenario } from "./scenario.ts";
import { WORLD } from "./world.ts";

/** Makes the shared tables. */
export async function makeWorld(postgres: TestPostgres): Promise<void> {
  for (const statement of WORLD) await postgres.query(statement);
}

export type PlanForm = "text" | "json";

/** The plan of a scenario's statement as the server returns it; what the statement writes is rolled back. */
export async function explainScenario(
  client: pg.Client,
  {
    statement,
    settings = {},
    isNotRun = false,
    within = [],
  }: Pick<PlanScenario, "statement" | "settings" | "isNotRun"> & {
    /** Run before it, in its transaction. */
    readonly within?: readonly string[];
  },
  form: PlanForm,
  options?: string,
): Promise<string> {
  await client.query("begin");
  try {
    for (const one of within) await client.query(one);
    for (const [name, value] of Object.entries(settings))
      await client.query(
        `select set_config($1, $2, true) where exists (select 1 from pg_settings where name = $1)`,
        [name, value],
      );
    const how = options ?? (isNotRun ? "verbose false" : "analyze, buffers, settings");
    const explain = `explain (${how}, format ${form}) ${statement}`;
    // The first time pays for what the catalogue says.
    if (!isNotRun) await client.query(`explain ${statement}`);
    const { rows } = await client.query<{ readonly "QUERY PLAN": unknown }>(explain);
    return form === "json"
      ? JSON.stringify(rows[0]?.["QUERY PLAN"], null, 2)
      : rows.map((row) => String(row["QUERY PLAN"])).join("\n");
  } finally {
    await client.query("rollback");
  }
}
