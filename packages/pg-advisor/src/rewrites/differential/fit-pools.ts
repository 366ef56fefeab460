import { quoteIdentifier } from "../../schema/identifiers.ts";
import { rowsOf, type SqlClient } from "../../snapshot/sql-client.ts";
import type { Pool } from "./draw-database.ts";
import { plainCheck } from "./plain-check.ts";
import type { PlannedTable } from "./plan-tables.ts";

/**
 * Leaves out the values that a column's type or its own CHECK refuses: one of them among a database's rows would spoil it. A text names a
 * column for which nothing is left.
 */
export async function fitPools(
  client: SqlClient,
  tables: readonly PlannedTable[],
  pools: readonly (readonly Pool[])[],
): Promise<readonly (readonly Pool[])[] | string> {
  const fitted: Pool[][] = [];
  for (const [position, table] of tables.entries()) {
    const own: Pool[] = [];
    for (const [place, { column, isNotNull }] of table.columns.entries()) {
      const pool = pools[position]?.[place] ?? { constants: [], plain: [], strange: [] };
      const known = new Set(await fittingValues(client, table, column.name, column.type, pool));
      const keep = (values: readonly string[]): readonly string[] =>
        values.filter((value) => known.has(value));
      const kept = {
        constants: keep(pool.constants),
        plain: keep(pool.plain),
        strange: keep(pool.strange),
      };
      if (known.size === 0 && isNotNull) {
        return `no value is known that ${table.facts.relation.name}.${column.name} may have`;
      }
      // Without a plain value the others must do.
      const plain = kept.plain.length > 0 ? kept.plain : [...known];
      own.push({ ...kept, plain });
    }
    fitted.push(own);
  }
  return fitted;
}

async function fittingValues(
  client: SqlClient,
  table: PlannedTable,
  name: string,
  type: string,
  { constants, plain, strange }: Pool,
): Promise<readonly string[]> {
  const values = [...new Set([...constants, ...plain, ...strange])];
  const readable = await rowsOf<{ readonly value: string }>(
    client,
    "select value from unnest($1::text[]) as value where pg_input_is_valid(value, $2)",
    [values, type],
  );
  let fitting = readable.map(({ value }) => value);
  for (const { definition, columns } of table.facts.checks) {
    const check = plainCheck(definition);
    if (check === null || columns.length !== 1 || columns[0] !== name) continue;
    const condition = check.replace(/^CHECK\s*/, "");
    const kept = await rowsOf<{ readonly value: string }>(
      client,
      `select value from (select value, value::${type} as ${quoteIdentifier(name)} from unnest($1::text[]) as value) as tried
       where ${condition} is not false`,
      [fitting],
    );
    fitting = kept.map(({ value }) => value);
  }
  return fitting;
}
