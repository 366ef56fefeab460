import type { IndexElem, IndexStmt, Node } from "@pgsql/types";
import { deparseSync } from "pgsql-deparser";
import type { IndexDefinition, IndexKey, IndexMethod } from "../candidates/candidate.ts";
import { createColumnFacts } from "../candidates/column-facts.ts";
import { type ExpressionContext, readExpression } from "../candidates/immutable-expression.ts";
import { quoteIdentifier } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import { parseSql } from "../workload/text/parser.ts";
import { withoutEnd } from "../workload/text/without-end.ts";
import { INDEX_METHODS, methodOf } from "./index-methods.ts";
import { type KeyContext, readIndexKey } from "./read-index-key.ts";

/** An index as somebody wrote it down, or why it cannot be imagined. */
export type ReadDefinition =
  | { readonly outcome: "read"; readonly definition: IndexDefinition }
  | { readonly outcome: "refused"; readonly reason: string };

const LONGEST_TEXT = 4_000;

/**
 * Reads a CREATE INDEX statement that somebody wrote, without any server seeing it: of a table that the snapshot knows, by any method,
 * on columns and immutable expressions, with operator classes, columns carried along, storage options and a predicate. Nothing is
 * executed, and functions are taken only from a list of immutable ones of pg_catalog and of extensions that the snapshot names. Its name,
 * CONCURRENTLY and a tablespace change no plan and are left out.
 *
 * @param sql one statement of at most 4,000 characters
 * @returns the definition, or in words why it is refused; never throws for a text
 * @example
 * ```ts
 * import { readIndexDefinition, type Snapshot } from "@streamgate/pg-advisor";
 * const onLowerCase = (snapshot: Snapshot) =>
 *   readIndexDefinition("create index on users (lower(email)) where deleted_at is null", snapshot);
 * ```
 */
export function readIndexDefinition(sql: string, snapshot: Snapshot): ReadDefinition {
  const statement = parseIndex(sql);
  if (typeof statement === "string") return refused(statement);
  const method = methodOf(statement.accessMethod);
  if (method === null)
    return refused(
      `it is a ${statement.accessMethod} index: only ${Object.keys(INDEX_METHODS).join(", ")} can be imagined`,
    );
  if (statement.unique === true)
    return refused("it is unique: say it without UNIQUE, as searches see no difference");
  const table = findTable(snapshot, statement.relation?.schemaname, statement.relation?.relname);
  if (typeof table === "string") return refused(table);
  const context = contextOf(table, snapshot);
  const keys = readKeys(statement, method, context);
  if (typeof keys === "string") return refused(keys);
  const include = readInclude(statement, method, context);
  if (typeof include === "string") return refused(include);
  const options = readOptions(statement, method);
  if (typeof options === "string") return refused(options);
  const objection = objectionToPredicate(statement.whereClause, context.expressions);
  if (objection !== null) return refused(objection);
  const predicate =
    statement.whereClause === undefined
      ? null
      : deparseSync(statement.whereClause, { pretty: false });
  const { schema, name } = table;
  return {
    outcome: "read",
    definition: { table: { schema, name }, method, keys, include, predicate, options },
  };
}

function parseIndex(sql: string): IndexStmt | string {
  if (sql.length > LONGEST_TEXT) return `it is longer than ${LONGEST_TEXT} characters`;
  const parsed = parseSql(withoutEnd(sql));
  if (parsed.outcome === "failed") return `it is no SQL: ${parsed.message}`;
  const [only, second] = parsed.statements;
  if (only === undefined || second !== undefined) return "it is not one statement";
  return "IndexStmt" in only.node ? only.node.IndexStmt : "it is no CREATE INDEX";
}

function contextOf(table: Relation, snapshot: Snapshot): KeyContext {
  const facts = createColumnFacts(snapshot);
  const { extensions } = snapshot;
  const expressions: ExpressionContext = {
    familyOf: (column) => (facts.isStored(table, column) ? facts.family(table, column) : null),
    extensions,
  };
  return { table, facts, extensions, expressions };
}

function readKeys(
  { indexParams }: IndexStmt,
  method: IndexMethod,
  context: KeyContext,
): readonly IndexKey[] | string {
  const elements = elementsOf(indexParams);
  if (elements.length === 0) return "it has no keys";
  const { keysAtMost } = INDEX_METHODS[method];
  if (elements.length > keysAtMost) return `a ${method} index has ${keysAtMost} keys at the most`;
  const keys: IndexKey[] = [];
  for (const element of elements) {
    const key = readIndexKey(element, method, context);
    if (typeof key === "string") return key;
    keys.push(key);
  }
  return keys;
}

function readInclude(
  { indexIncludingParams }: IndexStmt,
  method: IndexMethod,
  { table, facts }: KeyContext,
): readonly string[] | string {
  const names = elementsOf(indexIncludingParams).map(({ name = "" }) => name);
  if (names.length > 0 && !INDEX_METHODS[method].canInclude)
    return `a ${method} index carries no other columns: leave out INCLUDE`;
  const unknown = names.find((name) => !facts.isStored(table, name));
  return unknown === undefined
    ? names
    : `${table.name} has no column ${quoteIdentifier(unknown)} that an index could carry`;
}

function readOptions({ options }: IndexStmt, method: IndexMethod): readonly string[] | string {
  const read: string[] = [];
  for (const node of options ?? []) {
    if (!("DefElem" in node)) return "its storage options (WITH) cannot be read";
    const { defname = "", defnamespace, arg } = node.DefElem;
    const form = INDEX_METHODS[method].options[defname];
    const value = optionValue(arg);
    if (defnamespace !== undefined || form === undefined || !form.test(value)) {
      const known = Object.keys(INDEX_METHODS[method].options).join(", ");
      return `the storage option ${defname}${value === "" ? "" : ` = ${value}`} is none of a ${method} index: it knows ${known}, each in its range`;
    }
    read.push(`${defname}=${value}`);
  }
  return read;
}

/** `fillfactor = 70`, `fastupdate = off`; an option that is only named is switched on. */
function optionValue(arg: Node | undefined): string {
  if (arg === undefined) return "on";
  if ("Integer" in arg) return String(arg.Integer.ival ?? 0);
  if ("String" in arg) return (arg.String.sval ?? "").toLowerCase();
  if ("TypeName" in arg) return elementName(arg.TypeName.names).toLowerCase();
  return "";
}

function elementName(names: readonly Node[] | undefined): string {
  const last = names?.at(-1);
  return last !== undefined && "String" in last ? (last.String.sval ?? "") : "";
}

function objectionToPredicate(
  predicate: Node | undefined,
  context: ExpressionContext,
): string | null {
  if (predicate === undefined) return null;
  const read = readExpression(predicate, context);
  if (read.outcome === "refused")
    return `its predicate holds more than comparisons of the table's columns: ${read.reason}`;
  return read.family === "boolean" ? null : "its predicate is neither true nor false";
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

function elementsOf(items: readonly Node[] | undefined): readonly IndexElem[] {
  return (items ?? []).flatMap((item) => ("IndexElem" in item ? [item.IndexElem] : []));
}

function refused(reason: string): ReadDefinition {
  return { outcome: "refused", reason };
}
