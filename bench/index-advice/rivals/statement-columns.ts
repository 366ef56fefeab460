import type { RelationName } from "@streamgate/pg-advisor";
import pg from "pg";
import type { BenchStatement } from "../workload-case.ts";

/** A column of a table. */
export interface TableColumn {
  readonly table: RelationName;
  readonly column: string;
}

/** What a statement does with columns, as the planner resolved them. */
export interface StatementColumns {
  /** Tables that it reads or writes. */
  readonly tables: readonly RelationName[];
  /** Columns in predicates and joins. */
  readonly compared: readonly TableColumn[];
  /** Columns that it sorts or groups by. */
  readonly ordered: readonly TableColumn[];
}

type Plan = Readonly<Record<string, unknown>>;

const CONDITIONS = [
  "Filter",
  "Index Cond",
  "Recheck Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "One-Time Filter",
  "Cache Key",
] as const;
const ORDERS = ["Sort Key", "Group Key"] as const;
/** `alias.column`, both perhaps in quotes, as EXPLAIN VERBOSE writes it. */
const COLUMN = /(?:"([^"]+)"|\b([a-z_][a-z0-9_]*))\.(?:"([^"]+)"|([a-z_][a-z0-9_]*))/g;

/**
 * Reads the columns of statements from their plans without indexes: names, views and correlated
 * subqueries are resolved by PostgreSQL itself, for all advisors alike.
 */
export async function readStatementColumns(
  url: string,
  statements: readonly BenchStatement[],
): Promise<readonly StatementColumns[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const read: StatementColumns[] = [];
    for (const { sql } of statements) {
      const { rows } = await client.query(`explain (format json, verbose) ${sql}`);
      read.push(columnsOf(rows[0]?.["QUERY PLAN"]?.[0]?.Plan as Plan));
    }
    return read;
  } finally {
    await client.end();
  }
}

function columnsOf(plan: Plan): StatementColumns {
  const nodes = nodesOf(plan);
  const tables = new Map<string, RelationName>();
  for (const node of nodes) {
    const { Alias: alias, "Relation Name": name, Schema: schema } = node;
    if (typeof alias === "string" && typeof name === "string" && typeof schema === "string") {
      tables.set(alias, { schema, name });
    }
  }
  const named = (keys: readonly string[]): readonly TableColumn[] => {
    const texts = nodes.flatMap((node) => keys.flatMap((key) => node[key] ?? [])).map(String);
    const found = new Map<string, TableColumn>();
    for (const text of texts) {
      for (const [, quotedAlias, alias, quotedColumn, column] of text.matchAll(COLUMN)) {
        const table = tables.get(quotedAlias ?? alias ?? "");
        const name = quotedColumn ?? column;
        if (table === undefined || name === undefined) continue;
        found.set(`${table.schema}.${table.name}.${name}`, { table, column: name });
      }
    }
    return [...found.values()];
  };
  const different = new Map([...tables.values()].map((table) => [JSON.stringify(table), table]));
  return {
    tables: [...different.values()],
    compared: named(CONDITIONS),
    ordered: named(ORDERS),
  };
}

function nodesOf(plan: Plan): readonly Plan[] {
  const children = (plan.Plans ?? []) as readonly Plan[];
  return [plan, ...children.flatMap(nodesOf)];
}
