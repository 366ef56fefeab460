import type { IndexStmt, Node } from "@pgsql/types";
import { parseSync } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import type { Link } from "./link.ts";
import { isPassing } from "./postgres-problem.ts";

/** What a definition may differ in and still be the same index. */
const IRRELEVANT_KEYS = new Set([
  "location",
  "list_start",
  "list_end",
  "rexpr_list_start",
  "rexpr_list_end",
  "idxname",
  "relation",
  "concurrent",
  "if_not_exists",
  "tableSpace",
]);

const LIKENESS = "streamgate_likeness";

/**
 * Whether the index `definition` (pg_get_indexdef) is what `wanted` would make on `table`. Where
 * the texts differ, the server decides: the wanted index is made on an empty temporary table of
 * the same columns, and the server's own wording of both is compared.
 */
export async function isSameDefinition(
  link: Link,
  wanted: IndexStmt,
  table: string,
  definition: string,
): Promise<boolean> {
  const existing = canonicalOf(definition);
  if (canonical(wanted) === existing) return true;
  const worded = await wordedByServer(link, wanted, table);
  return worded !== null && canonicalOf(worded) === existing;
}

async function wordedByServer(
  link: Link,
  wanted: IndexStmt,
  table: string,
): Promise<string | null> {
  const index: IndexStmt = {
    ...wanted,
    concurrent: false,
    if_not_exists: false,
    tableSpace: "",
    idxname: `${LIKENESS}_index`,
    relation: { schemaname: "pg_temp", relname: LIKENESS, inh: true, relpersistence: "p" },
  };
  try {
    // One simple query is one transaction: at its end the temporary table is gone.
    const [row] = await link.query<{ definition: string }>(`
      set local lock_timeout = '2s';
      create temporary table ${LIKENESS} (like ${table}) on commit drop;
      ${deparseSync({ IndexStmt: index })};
      select pg_get_indexdef('pg_temp.${LIKENESS}_index'::regclass) as definition`);
    return row?.definition ?? null;
  } catch (error) {
    if (isPassing(error)) throw error;
    return null;
  }
}

function canonicalOf(sql: string): string {
  const node: Node | undefined = parseSync(sql).stmts?.[0]?.stmt;
  return node !== undefined && "IndexStmt" in node ? canonical(node.IndexStmt) : sql;
}

/** One text for all ways of writing the same index, as far as the grammar alone can tell. */
function canonical(statement: IndexStmt): string {
  return JSON.stringify(statement, (key, value: unknown) => {
    if (IRRELEVANT_KEYS.has(key)) return undefined;
    if (!isRecord(value)) return value;
    const filled = "ordering" in value ? withOrdering(value) : value;
    return Object.fromEntries(Object.entries(filled).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Writes out what PostgreSQL takes when a key names no order: ascending, nulls last; descending, nulls first. */
function withOrdering(element: Record<string, unknown>): Record<string, unknown> {
  const isDescending = element.ordering === "SORTBY_DESC";
  const isDefaultNulls = element.nulls_ordering === "SORTBY_NULLS_DEFAULT";
  const defaultNulls = isDescending ? "SORTBY_NULLS_FIRST" : "SORTBY_NULLS_LAST";
  return {
    ...element,
    ordering: isDescending ? "SORTBY_DESC" : "SORTBY_ASC",
    nulls_ordering: isDefaultNulls ? defaultNulls : element.nulls_ordering,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
