import type pg from "pg";
import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { Verdict } from "./comparison-sql.ts";
import type { SmallDatabase } from "./draw-database.ts";
import type { PlannedTable } from "./plan-tables.ts";
import { poolName } from "./schema.ts";

/** One small database with the parameters that both statements get on it. */
export interface DrawnDatabase {
  readonly rows: SmallDatabase;
  readonly parameters: readonly (string | null)[];
}

/** What was said of a rewriting on a database. */
export interface BatchVerdict {
  readonly database: number;
  /** 0 for what was said of the original alone. */
  readonly rewriting: number;
  readonly verdict: Verdict;
}

/** Fills the pools with many databases at once and lets the comparing function go through them: two round trips. */
export async function runBatch(
  client: pg.Client,
  tables: readonly PlannedTable[],
  drawn: readonly DrawnDatabase[],
): Promise<readonly BatchVerdict[]> {
  const names = tables.map(
    ({ facts: { relation } }) =>
      `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`,
  );
  const pools = tables.map((_, position) => poolName(position));
  const statements = [`truncate ${[...names, ...pools, "streamgate_pool.parameters"].join(", ")}`];
  for (const [position, { columns }] of tables.entries()) {
    const values = drawn.flatMap(({ rows }, database) =>
      (rows[position] ?? []).map((row) => `(${[String(database), ...row.map(literal)].join(",")})`),
    );
    if (values.length === 0) continue;
    const own = columns.map(({ column }) => quoteIdentifier(column.name)).join(", ");
    statements.push(
      `insert into ${poolName(position)} (streamgate_database, ${own}) values ${values.join(",")}`,
    );
  }
  const parameters = drawn.map(
    ({ parameters: values }, database) =>
      `(${[String(database), ...values.map(literal)].join(",")})`,
  );
  statements.push(`insert into streamgate_pool.parameters values ${parameters.join(",")}`);
  await client.query(statements.join(";\n"));
  const { rows } = await client.query<{ database: number; rewriting: number; verdict: Verdict }>(
    `select streamgate_database as database, streamgate_rewriting as rewriting, streamgate_verdict as verdict
     from streamgate_pool.compare(0, ${drawn.length - 1})`,
  );
  return rows;
}

function literal(value: string | null): string {
  return value === null ? "null" : quoteLiteral(value);
}
