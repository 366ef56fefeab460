import type { Node } from "@pgsql/types";
import { type ColumnUse, columnUse } from "../../rewrites/analysis/expressions.ts";
import { operatorOf, walkNodes } from "../../workload/text/sql-nodes.ts";
import { sqlOf } from "./sql-pieces.ts";

/** One bound of a range of instants. */
export interface RangePart {
  readonly column: string;
  readonly end: "low" | "high";
  readonly isInclusive: boolean;
  readonly sql: string;
  readonly condition: Node;
}

const BOUNDS: Readonly<Record<string, Pick<RangePart, "end" | "isInclusive">>> = {
  ">": { end: "low", isInclusive: false },
  ">=": { end: "low", isInclusive: true },
  "<": { end: "high", isInclusive: false },
  "<=": { end: "high", isInclusive: true },
};
const MIRRORED: Readonly<Record<string, string>> = { ">": "<", ">=": "<=", "<": ">", "<=": ">=" };

/** The bounds that a condition sets to a column of time; null where it is no such condition. */
export function readRange(
  condition: Node,
  isTime: (use: ColumnUse) => boolean,
): readonly RangePart[] | null {
  if (!("A_Expr" in condition)) return null;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  const operator = operatorOf(name);
  const left = columnUse(lexpr);
  if (kind === "AEXPR_BETWEEN" && left !== null && isTime(left)) {
    const [low, high] = rexpr !== undefined && "List" in rexpr ? (rexpr.List.items ?? []) : [];
    if (low === undefined || high === undefined || !isBound(low) || !isBound(high)) return null;
    const { column } = left;
    return [
      { column, end: "low", isInclusive: true, sql: sqlOf(low), condition },
      { column, end: "high", isInclusive: true, sql: sqlOf(high), condition },
    ];
  }
  if (kind !== "AEXPR_OP" || lexpr === undefined || rexpr === undefined) return null;
  const right = columnUse(rexpr);
  const use = left ?? right;
  const bound = left === null ? lexpr : rexpr;
  const meaning = BOUNDS[left === null ? (MIRRORED[operator] ?? "") : operator];
  if (use === null || meaning === undefined || !isTime(use) || !isBound(bound)) return null;
  return [{ column: use.column, ...meaning, sql: sqlOf(bound), condition }];
}

/** What is computed once for the statement; volatile functions were refused before. */
function isBound(node: Node): boolean {
  let isFixed = true;
  walkNodes(node, (kind) => {
    if (kind === "ColumnRef" || kind === "SubLink") isFixed = false;
    return undefined;
  });
  return isFixed;
}
