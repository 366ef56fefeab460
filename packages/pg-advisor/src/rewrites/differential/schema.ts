import { applySchema } from "../../schema/apply-schema.ts";
import { qualify, quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import { renderSchema } from "../../schema/render-schema.ts";
import type { StageName } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { rowsOf, type SqlClient } from "../../snapshot/sql-client.ts";
import { searchPathOf } from "../../workload/shape/name-resolver.ts";
import { plainCheck } from "./plain-check.ts";
import type { PlannedTable } from "./plan-tables.ts";
import { variableName } from "./statement-parts.ts";

/** What stands before the tables and after them. */
const BEFORE: ReadonlySet<StageName> = new Set(["schemas", "extensions", "types", "functions"]);
const AFTER: ReadonlySet<StageName> = new Set(["functions", "views"]);

/** Makes the tables of the small databases, with their keys and checks, and the pools that fill them. */
export async function makeSchema(
  client: SqlClient,
  snapshot: Snapshot,
  tables: readonly PlannedTable[],
): Promise<void> {
  const needsExtensions = snapshot.extensions.some(({ name }) => name !== "plpgsql");
  const available = needsExtensions
    ? await rowsOf<{ readonly name: string }>(client, "select name from pg_available_extensions")
    : [];
  const script = renderSchema(snapshot, { availableExtensions: available.map(({ name }) => name) });
  const only = (names: ReadonlySet<StageName>) => ({
    stages: script.stages.filter(({ name }) => names.has(name)),
    skipped: [],
  });
  await applySchema(client, only(BEFORE));
  await client.query("create schema streamgate_pool");
  for (const [position, table] of tables.entries()) await client.query(tableSql(table, position));
  await applySchema(client, only(AFTER));
  const path = searchPathOf(snapshot).map(quoteIdentifier).join(", ");
  await client.query(`select set_config('search_path', ${quoteLiteral(path)}, false)`);
}

/** Makes the table that holds the values of `$1`, `$2`, … in each database. */
export async function makeParameters(client: SqlClient, count: number): Promise<void> {
  const columns = Array.from({ length: count }, (_, index) => `, ${variableName(index + 1)} text`);
  await client.query(
    `create unlogged table streamgate_pool.parameters (streamgate_database int primary key${columns.join("")})`,
  );
}

/** Name of the pool that holds the rows of all databases for the table at this position. */
export function poolName(position: number): string {
  return `streamgate_pool.rows_${position}`;
}

function tableSql({ facts, columns, keys }: PlannedTable, position: number): string {
  const { relation } = facts;
  const lines = relation.columns.map((column, index) => {
    const generated =
      column.generated === "" || column.defaultExpression === null
        ? ""
        : ` generated always as (${column.defaultExpression}) stored`;
    const collation = column.collation === null ? "" : ` collate ${column.collation}`;
    const notNull = facts.columns[index]?.isNotNull === true ? " not null" : "";
    return `${quoteIdentifier(column.name)} ${column.type}${collation}${generated}${notNull}`;
  });
  const primary = facts.keys.findIndex(({ isPrimary }) => isPrimary);
  for (const [index, places] of keys.entries()) {
    if (places.length === 0 || places.includes(-1)) continue;
    const names = places.map((place) => quoteIdentifier(columns[place]?.column.name ?? ""));
    lines.push(`${index === primary ? "primary key" : "unique"} (${names.join(", ")})`);
  }
  for (const check of facts.checks) {
    const plain = plainCheck(check.definition);
    if (plain !== null) lines.push(plain);
  }
  // Kept as text, and read as its type where a value that the type refuses spoils one database only.
  const pool = columns.map(({ column }) => `${quoteIdentifier(column.name)} text`);
  return `
create schema if not exists ${quoteIdentifier(relation.schema)};
create unlogged table ${qualify(relation)} (${lines.join(", ")});
create unlogged table ${poolName(position)} (${["streamgate_database int", ...pool].join(", ")});
create index on ${poolName(position)} (streamgate_database)`;
}
