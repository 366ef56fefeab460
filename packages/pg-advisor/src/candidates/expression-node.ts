import type { Node } from "@pgsql/types";
import type { TableExpression } from "../workload/shape/statement-shape.ts";
import { constantOf, type StatementValues } from "./constant-values.ts";
import { type ExpressionContext, readExpression } from "./immutable-expression.ts";
import type { TypeFamily } from "./type-family.ts";

export interface IndexableExpression {
  readonly node: Node;
  readonly family: TypeFamily;
}

/**
 * The expression of a condition as an index would hold it: columns under the table's own names, parameters that never change as
 * literals. Null where it is not immutable, or where a parameter inside it changes.
 */
export function indexableExpression(
  { node, columns }: TableExpression,
  values: StatementValues,
  context: ExpressionContext,
): IndexableExpression | null {
  const rewritten = rewrite(node, columns, values);
  if (rewritten === null) return null;
  const read = readExpression(rewritten, context);
  if (read.outcome === "refused" || read.family === "literal") return null;
  return { node: rewritten, family: read.family };
}

function rewrite(
  node: Node,
  columns: ReadonlyMap<string, string>,
  values: StatementValues,
): Node | null {
  let isWhole = true;
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    if ("ColumnRef" in value) {
      const column = columns.get(JSON.stringify(fieldsOf(value.ColumnRef)));
      if (column === undefined) isWhole = false;
      return { ColumnRef: { fields: [{ String: { sval: column ?? "" } }] } };
    }
    if ("ParamRef" in value) {
      const literal = constantOf({ kind: "parameter", number: numberOf(value.ParamRef) }, values);
      if (literal === undefined) isWhole = false;
      return { A_Const: { sval: { sval: literal ?? "" } } };
    }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copy(child)]));
  };
  const copied = copy(node) as Node;
  return isWhole ? copied : null;
}

function fieldsOf(reference: unknown): unknown {
  return typeof reference === "object" && reference !== null && "fields" in reference
    ? reference.fields
    : undefined;
}

function numberOf(reference: unknown): number {
  return typeof reference === "object" && reference !== null && "number" in reference
    ? Number(reference.number)
    : 0;
}
