import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { withWhere } from "../tree/build.ts";

/** FROM and WHERE of a level with its inner joins dissolved: every item beside the others, every condition in one list. */
export interface FlatLevel {
  readonly items: readonly Node[];
  readonly conditions: readonly Node[];
}

/** An inner join's ON says what WHERE would say; outer joins stay the items that they are. */
export function flatten(select: SelectStmt): FlatLevel {
  const parts = (select.fromClause ?? []).map(flattenItem);
  return {
    items: parts.flatMap(({ items }) => items),
    conditions: [
      ...parts.flatMap(({ conditions }) => conditions),
      ...conjunctsOf(select.whereClause),
    ],
  };
}

function flattenItem(item: Node): FlatLevel {
  if (!("JoinExpr" in item) || item.JoinExpr.jointype !== "JOIN_INNER") {
    return { items: [item], conditions: [] };
  }
  const { larg, rarg, quals } = item.JoinExpr;
  const sides = [larg, rarg].flatMap((side) => (side === undefined ? [] : [flattenItem(side)]));
  return {
    items: sides.flatMap(({ items }) => items),
    conditions: [...sides.flatMap(({ conditions }) => conditions), ...conjunctsOf(quals)],
  };
}

export function unflatten(select: SelectStmt, { items, conditions }: FlatLevel): SelectStmt {
  return withWhere({ ...select, fromClause: [...items] }, conditions);
}

/** The alias of an item that is one source; null for joins. */
export function aliasOf(item: Node): string | null {
  if ("RangeVar" in item) return item.RangeVar.alias?.aliasname ?? item.RangeVar.relname ?? null;
  if ("RangeSubselect" in item) return item.RangeSubselect.alias?.aliasname ?? null;
  if ("RangeFunction" in item) return item.RangeFunction.alias?.aliasname ?? null;
  return null;
}

/** Aliases of the items that are tables or subqueries by themselves, not under an outer join. */
export function plainAliases({ items }: FlatLevel): ReadonlySet<string> {
  return new Set(items.flatMap((item) => aliasOf(item) ?? []));
}
