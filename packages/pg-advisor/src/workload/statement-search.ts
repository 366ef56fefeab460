import type { Node } from "@pgsql/types";
import { parseStatement } from "./parse-statement.ts";
import { namesOf, walkNodes } from "./text/sql-nodes.ts";
import type { Statement } from "./workload.ts";

/** What a statement reads, and by which columns it searches, joins, groups or sorts; as its text says, without a catalogue. */
export interface StatementSearch {
  readonly kind: Statement["kind"];
  /** Names as they are written: the schema is null where the text leaves it to `search_path`. */
  readonly relations: readonly { readonly schema: string | null; readonly name: string }[];
  /** Names of columns without their tables, each once. */
  readonly columns: readonly string[];
}

/** Where a column that an index leads with can make a difference. */
const SEARCHING = [
  "whereClause",
  "quals",
  "sortClause",
  "groupClause",
  "distinctClause",
  "joinCondition",
] as const;

/**
 * Tells from its text which tables a statement touches and by which columns it searches; for what no catalogue is at hand to resolve.
 *
 * @param text normalised, as pg_stat_statements holds it
 * @returns null for what is no SELECT, INSERT, UPDATE, DELETE or MERGE, and for what no parser takes
 * @example
 * ```ts
 * import { readStatementSearch } from "@streamgate/pg-advisor";
 * readStatementSearch("select title from shop.songs where owner = $1 order by at desc")?.columns; // ["owner", "at"]
 * ```
 */
export function readStatementSearch(text: string): StatementSearch | null {
  const parse = parseStatement(text);
  if (parse.outcome !== "parsed") return null;
  const relations = new Map<string, StatementSearch["relations"][number]>();
  const columns = new Set<string>();
  walkObjects(parse.statement.node, (fields) => {
    addRelation(relations, fields);
    for (const part of SEARCHING) addColumns(columns, fields[part]);
    for (const name of namesOf(listOf(fields.usingClause)) ?? []) columns.add(name);
  });
  return {
    kind: parse.statement.kind,
    relations: [...relations.values()],
    columns: [...columns],
  };
}

function addRelation(
  relations: Map<string, StatementSearch["relations"][number]>,
  { schemaname, relname }: Readonly<Record<string, unknown>>,
): void {
  if (typeof relname !== "string") return;
  const schema = typeof schemaname === "string" ? schemaname : null;
  relations.set(JSON.stringify([schema, relname]), { schema, name: relname });
}

function addColumns(columns: Set<string>, part: unknown): void {
  walkNodes(part, (kind, fields) => {
    // Its own conditions are met on their own; what it selects is not searched by.
    if (kind === "SelectStmt") return "skip";
    if (kind !== "ColumnRef") return undefined;
    const name = namesOf(listOf(fields.fields))?.at(-1);
    if (name !== undefined) columns.add(name);
    return "skip";
  });
}

/** Arms of a UNION, and the table of an UPDATE, stand in the tree without a node around them. */
function walkObjects(
  value: unknown,
  visit: (fields: Readonly<Record<string, unknown>>) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) visit(value as Readonly<Record<string, unknown>>);
  for (const child of Object.values(value)) walkObjects(child, visit);
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}
