import type { Node, SelectStmt } from "@pgsql/types";
import { deparse } from "pgsql-deparser";
import { parseOne, visitNodes } from "./syntax-tree.ts";

/** What a statement's text promises about its result, and what it leaves open. */
export interface StatementShape {
  /** Whether its outermost level sorts the rows. */
  readonly isOrdered: boolean;
  /** The same statement without its outermost LIMIT and OFFSET; null where it has none. */
  readonly withoutLimit: string | null;
  /** Whether values hold rows in an order that nothing fixes, such as `array_agg(x)`. */
  readonly aggregatesInAnyOrder: boolean;
  /** A construct that may choose other rows each time; null where there is none. */
  readonly openChoice: string | null;
}

const OF_UNKNOWN_TEXT: StatementShape = {
  isOrdered: false,
  withoutLimit: null,
  aggregatesInAnyOrder: false,
  openChoice: null,
};

const ORDER_SENSITIVE = new Set([
  "array_agg",
  "string_agg",
  "json_agg",
  "jsonb_agg",
  "json_object_agg",
  "jsonb_object_agg",
  "xmlagg",
]);

/** Reads the shape from the parse tree; `$n` stay as they are. */
export async function readShape(text: string): Promise<StatementShape> {
  const tree = await parseOne(text);
  if (tree === null) return OF_UNKNOWN_TEXT;
  const select = "SelectStmt" in tree ? tree.SelectStmt : null;
  return {
    isOrdered: (select?.sortClause ?? []).length > 0,
    withoutLimit: select === null ? null : await stripLimit(select),
    aggregatesInAnyOrder: hasAggregateInAnyOrder(tree),
    openChoice: findOpenChoice(tree, select),
  };
}

async function stripLimit(select: SelectStmt): Promise<string | null> {
  if (select.limitCount === undefined && select.limitOffset === undefined) return null;
  const { limitCount: _count, limitOffset: _offset, ...unlimited } = select;
  return deparse({ SelectStmt: { ...unlimited, limitOption: "LIMIT_OPTION_DEFAULT" } });
}

function hasAggregateInAnyOrder(tree: Node): boolean {
  let isFound = false;
  visitNodes(tree, (tag, fields) => {
    if (tag !== "FuncCall" || fields.agg_order !== undefined) return;
    const name = (fields.funcname as readonly { String?: { sval?: string } }[] | undefined)?.at(-1);
    if (ORDER_SENSITIVE.has(name?.String?.sval ?? "")) isFound = true;
  });
  return isFound;
}

function findOpenChoice(tree: Node, select: SelectStmt | null): string | null {
  let found: string | null = (select?.distinctClause ?? []).some(isExpression)
    ? "DISTINCT ON"
    : null;
  const { limitCount: _count, limitOffset: _offset, ...rest } = select ?? {};
  const inner: unknown = select === null ? tree : rest;
  visitObjects(inner, (fields) => {
    if (fields.limitCount !== undefined) found ??= "a LIMIT inside";
    if (fields.over !== undefined) found ??= "a window function";
    if (fields.RangeTableSample !== undefined) found ??= "TABLESAMPLE";
    const distinct = fields.distinctClause;
    if (Array.isArray(distinct) && distinct.some(isExpression)) found ??= "DISTINCT ON";
  });
  return found;
}

/** Plain DISTINCT is a list of one empty node; DISTINCT ON lists its expressions. */
function isExpression(node: unknown): boolean {
  return typeof node === "object" && node !== null && Object.keys(node).length > 0;
}

function visitObjects(
  value: unknown,
  visit: (fields: Readonly<Record<string, unknown>>) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  for (const inner of Object.values(value)) visitObjects(inner, visit);
}
