import type { IndexElem, Node } from "@pgsql/types";
import { deparseSync } from "pgsql-deparser";
import { columnKey, type IndexDefinition, type IndexKey } from "../candidates/candidate.ts";
import { quoteIdentifier } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import { parseSql } from "../workload/text/parser.ts";
import { walkNodes } from "../workload/text/sql-nodes.ts";

/** An index as somebody wrote it down, or why it cannot be imagined. */
export type ReadDefinition =
  | { readonly outcome: "read"; readonly definition: IndexDefinition }
  | { readonly outcome: "refused"; readonly reason: string };

const LONGEST_TEXT = 4_000;
/** All that a predicate may be made of: nothing that calls a function or reads a table. */
const PLAIN_NODES: ReadonlySet<string> = new Set([
  "A_Expr",
  "A_Const",
  "A_ArrayExpr",
  "BoolExpr",
  "BooleanTest",
  "Boolean",
  "ColumnRef",
  "Float",
  "Integer",
  "List",
  "NullTest",
  "String",
  "TypeCast",
  "TypeName",
]);

/**
 * Reads a CREATE INDEX statement that somebody wrote, without any server seeing it: one B-tree on columns of a table that the snapshot
 * knows, with columns carried along and a plain predicate. Its name, CONCURRENTLY and a tablespace change no plan and are left out.
 */
export function readIndexDefinition(sql: string, snapshot: Snapshot): ReadDefinition {
  if (sql.length > LONGEST_TEXT) return refused(`it is longer than ${LONGEST_TEXT} characters`);
  const parsed = parseSql(sql.trim().replace(/[;\s]+$/, ""));
  if (parsed.outcome === "failed") return refused(`it is no SQL: ${parsed.message}`);
  const [only, second] = parsed.statements;
  if (only === undefined || second !== undefined) return refused("it is not one statement");
  if (!("IndexStmt" in only.node)) return refused("it is no CREATE INDEX");
  const statement = only.node.IndexStmt;
  const objection = objectionTo(statement);
  if (objection !== null) return refused(objection);
  const table = findTable(snapshot, statement.relation?.schemaname, statement.relation?.relname);
  if (typeof table === "string") return refused(table);
  const keys = elementsOf(statement.indexParams);
  const include = elementsOf(statement.indexIncludingParams).map(({ name = "" }) => name);
  const columns = new Set(table.columns.map(({ name }) => name));
  const names = [...keys.map(({ name = "" }) => name), ...include];
  const unknown = names.find((name) => !columns.has(name));
  if (unknown !== undefined)
    return refused(`${table.name} has no column ${quoteIdentifier(unknown)}`);
  const predicate = statement.whereClause;
  const strange = predicate === undefined ? null : strangeNode(predicate, columns);
  if (strange !== null) return refused(strange);
  return {
    outcome: "read",
    definition: {
      table: { schema: table.schema, name: table.name },
      method: "btree",
      keys: keys.map(keyOf),
      include,
      predicate: predicate === undefined ? null : deparseSync(predicate, { pretty: false }),
      options: [],
    },
  };
}

type IndexStatement = Extract<Node, { readonly IndexStmt: unknown }>["IndexStmt"];

function objectionTo(statement: IndexStatement): string | null {
  const method = statement.accessMethod ?? "btree";
  if (method !== "btree") return `it is a ${method} index: only B-trees can be imagined`;
  if (statement.unique === true)
    return "it is unique: say it without UNIQUE, as searches see no difference";
  if ((statement.options ?? []).length > 0) return "its storage options (WITH) cannot be imagined";
  const keys = elementsOf(statement.indexParams);
  if (keys.length === 0) return "it has no keys";
  const special = keys.find(
    ({ expr, opclass, collation }) =>
      expr !== undefined || opclass !== undefined || collation !== undefined,
  );
  return special === undefined
    ? null
    : "expressions, operator classes and collations cannot be imagined yet: name columns";
}

function findTable(
  snapshot: Snapshot,
  schema: string | undefined,
  name: string | undefined,
): Relation | string {
  const tables = snapshot.relations.filter(
    (relation) =>
      relation.name === name &&
      (schema === undefined || relation.schema === schema) &&
      ["table", "partitioned table", "materialized view"].includes(relation.kind),
  );
  const [only, second] = tables;
  if (only === undefined) return `there is no table ${name ?? ""}`;
  if (second === undefined) return only;
  return (
    tables.find((relation) => relation.schema === "public") ??
    `several schemas have a table ${name ?? ""}: name the schema`
  );
}

function strangeNode(predicate: Node, columns: ReadonlySet<string>): string | null {
  let problem: string | null = null;
  walkNodes(predicate, (kind, fields) => {
    if (!PLAIN_NODES.has(kind)) problem ??= `its predicate holds more than comparisons (${kind})`;
    if (kind !== "ColumnRef") return;
    const parts = Array.isArray(fields.fields) ? fields.fields : [];
    const last = parts.at(-1) as { readonly String?: { readonly sval?: string } } | undefined;
    if (!columns.has(last?.String?.sval ?? ""))
      problem ??= "its predicate names no column of the table";
  });
  return problem;
}

function elementsOf(items: readonly Node[] | undefined): readonly IndexElem[] {
  return (items ?? []).flatMap((item) => ("IndexElem" in item ? [item.IndexElem] : []));
}

function keyOf({ name = "", ordering, nulls_ordering: nulls }: IndexElem): IndexKey {
  const direction = ordering === "SORTBY_DESC" ? "desc" : "asc";
  const byDefault = direction === "desc" ? "first" : "last";
  const said = nulls === "SORTBY_NULLS_FIRST" ? "first" : "last";
  const isSaid = nulls === "SORTBY_NULLS_FIRST" || nulls === "SORTBY_NULLS_LAST";
  return columnKey({ column: name, direction, nulls: isSaid ? said : byDefault });
}

function refused(reason: string): ReadDefinition {
  return { outcome: "refused", reason };
}
