import { type IndexDefinition, quoteIdentifier } from "@streamgate/pg-advisor";
import pg from "pg";
import type { BenchIndex } from "./indexes.ts";

/** What an index really is, and how many rows the planner thinks that it holds. */
export interface BuiltIndex {
  readonly bytes: number;
  readonly plannedRows: number;
}

const TOLD_EVERY = 50;

/** Builds the indexes one after the other, each gone before the next. */
export async function buildIndexes(
  url: string,
  indexes: readonly BenchIndex[],
  tell: (line: string) => void,
): Promise<readonly BuiltIndex[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const built: BuiltIndex[] = [];
  try {
    for (const { candidate } of indexes) {
      if (built.length % TOLD_EVERY === 0)
        tell(`built ${built.length} of ${indexes.length} indexes`);
      built.push(await buildOne(client, candidate.definition));
    }
  } finally {
    await client.end();
  }
  return built;
}

async function buildOne(client: pg.Client, definition: IndexDefinition): Promise<BuiltIndex> {
  const { rows: plans } = await client.query<{
    readonly "QUERY PLAN": readonly [{ readonly Plan: { readonly "Plan Rows": number } }];
  }>(
    `explain (format json) select 1 from ${quoteIdentifier(definition.table.name)}${whereOf(definition)}`,
  );
  await client.query(createSql(definition));
  const { rows } = await client.query<{ readonly bytes: number }>(
    "select pg_relation_size('built')::float8 as bytes",
  );
  await client.query("drop index built");
  return {
    bytes: rows[0]?.bytes ?? 0,
    plannedRows: plans[0]?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0,
  };
}

function createSql(definition: IndexDefinition): string {
  const { table, method, keys, include, options } = definition;
  const keyList = keys.map(({ column, expression, operatorClass, direction }) =>
    [
      column === null ? `(${expression})` : quoteIdentifier(column),
      operatorClass,
      direction === "desc" ? "desc" : null,
    ]
      .filter((part) => part !== null)
      .join(" "),
  );
  return [
    `create index built on ${quoteIdentifier(table.name)} using ${method} (${keyList.join(", ")})`,
    include.length === 0 ? "" : ` include (${include.join(", ")})`,
    options.length === 0 ? "" : ` with (${options.join(", ")})`,
    whereOf(definition),
  ].join("");
}

function whereOf({ predicate }: IndexDefinition): string {
  return predicate === null ? "" : ` where ${predicate}`;
}
