import type { IndexElem, Node } from "@pgsql/types";
import { deparseSync } from "pgsql-deparser";
import type { IndexKey, IndexMethod } from "../candidates/candidate.ts";
import type { ColumnFacts } from "../candidates/column-facts.ts";
import { type ExpressionContext, readExpression } from "../candidates/immutable-expression.ts";
import { quoteIdentifier } from "../schema/identifiers.ts";
import type { ExtensionFacts, Relation } from "../snapshot/snapshot.ts";
import { namesOf, walkNodes } from "../workload/text/sql-nodes.ts";
import { hasOperatorClass, INDEX_METHODS } from "./index-methods.ts";

/** What the names in a key mean. */
export interface KeyContext {
  readonly table: Relation;
  readonly facts: ColumnFacts;
  readonly extensions: readonly ExtensionFacts[];
  readonly expressions: ExpressionContext;
}

/** A key as somebody wrote it, or in words why it cannot be one. */
export function readIndexKey(
  element: IndexElem,
  method: IndexMethod,
  context: KeyContext,
): IndexKey | string {
  const { collation, opclass, opclassopts, ordering, nulls_ordering: nulls } = element;
  const { hasOrder } = INDEX_METHODS[method];
  if (collation !== undefined)
    return "a collation other than the column's own cannot be imagined: leave it out";
  if ((opclassopts ?? []).length > 0) return "options of an operator class cannot be imagined";
  const isOrdered =
    (ordering !== undefined && ordering !== "SORTBY_DEFAULT") ||
    (nulls !== undefined && nulls !== "SORTBY_NULLS_DEFAULT");
  if (isOrdered && !hasOrder)
    return `a ${method} index has no order: leave out ASC, DESC and NULLS`;
  const subject = readSubject(element, context);
  if (typeof subject === "string") return subject;
  const names = namesOf(opclass);
  if (names === null || names.length === 0) {
    const objection = objectionTo(subject, method, context);
    if (objection !== null) return objection;
  } else if (!hasOperatorClass(method, names, context.extensions)) {
    return `${names.join(".")} is no operator class of ${method} in pg_catalog or in an installed extension`;
  }
  const direction = ordering === "SORTBY_DESC" ? "desc" : "asc";
  return {
    column: subject.column,
    expression: subject.expression,
    operatorClass:
      names === null || names.length === 0 ? null : names.map(quoteIdentifier).join("."),
    direction,
    nulls: nullsOf(nulls, direction),
  };
}

interface Subject {
  readonly column: string | null;
  readonly expression: string | null;
  readonly family: ReturnType<ColumnFacts["family"]>;
  readonly isSortable: boolean;
}

function readSubject(
  { name, expr }: IndexElem,
  { table, facts, expressions }: KeyContext,
): Subject | string {
  if (expr !== undefined) {
    const read = readExpression(expr, expressions);
    if (read.outcome === "refused") return `an index cannot hold its expression: ${read.reason}`;
    if (read.family === "literal" || !namesColumn(expr)) return "its expression names no column";
    const expression = deparseSync(expr, { pretty: false });
    return { column: null, expression, family: read.family, isSortable: read.family !== "json" };
  }
  const column = name ?? "";
  if (!table.columns.some((one) => one.name === column))
    return `${table.name} has no column ${quoteIdentifier(column)}`;
  if (!facts.isStored(table, column))
    return `${quoteIdentifier(column)} is computed when it is read, and no index can hold it`;
  const family = facts.family(table, column);
  return { column, expression: null, family, isSortable: facts.isSortable(table, column) };
}

function namesColumn(expression: Node): boolean {
  let isNamed = false;
  walkNodes([expression], (kind) => {
    if (kind === "ColumnRef") isNamed = true;
    return undefined;
  });
  return isNamed;
}

/** Why a method cannot hold a type without an operator class being named. */
function objectionTo(
  { family, isSortable }: Subject,
  method: IndexMethod,
  { extensions }: KeyContext,
): string | null {
  const { families, companion } = INDEX_METHODS[method];
  if (families === null) return isSortable ? null : `a ${method} index cannot hold ${family}`;
  if (families.includes(family)) return null;
  if (extensions.some(({ name }) => name === companion) && isSortable) return null;
  return `a ${method} index holds no ${family} by itself: name an operator class, such as one of an installed extension`;
}

function nullsOf(
  said: IndexElem["nulls_ordering"],
  direction: IndexKey["direction"],
): IndexKey["nulls"] {
  if (said === "SORTBY_NULLS_FIRST") return "first";
  if (said === "SORTBY_NULLS_LAST") return "last";
  return direction === "desc" ? "first" : "last";
}
