import type { Node } from "@pgsql/types";
import { operatorOf } from "../../workload/text/sql-nodes.ts";
import { nameNode } from "../tree/build.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import { replaceNodes } from "../tree/replace.ts";
import type { CallerAdvice } from "./caller-advice.ts";

const LEAST_PARAMETERS = 4;

/**
 * `in ($1, $2, …, $n)` is another statement for every length, planned and remembered anew; `= any($1)` is one statement that takes an array.
 */
export function adviseListAsArray(tree: Node): CallerAdvice | null {
  let gathered: readonly number[] = [];
  const isLong = (node: Node): readonly number[] | null => {
    if (
      !("A_Expr" in node) ||
      node.A_Expr.kind !== "AEXPR_IN" ||
      operatorOf(node.A_Expr.name) !== "="
    )
      return null;
    const { rexpr } = node.A_Expr;
    const items = rexpr !== undefined && "List" in rexpr ? (rexpr.List.items ?? []) : [];
    const numbers = items.flatMap((item) =>
      "ParamRef" in item ? [item.ParamRef.number ?? 0] : [],
    );
    return numbers.length === items.length && numbers.length >= LEAST_PARAMETERS ? numbers : null;
  };
  const marked = replaceNodes(tree, (node) => {
    const numbers = gathered.length === 0 ? isLong(node) : null;
    if (numbers === null || !("A_Expr" in node)) return undefined;
    gathered = numbers;
    const { lexpr } = node.A_Expr;
    const array: Node = { ParamRef: { number: Math.min(...numbers) } };
    return {
      A_Expr: {
        kind: "AEXPR_OP_ANY",
        name: [nameNode("=")],
        rexpr: array,
        ...(lexpr === undefined ? {} : { lexpr }),
      },
    };
  });
  if (gathered.length === 0) return null;
  const [first, last] = [Math.min(...gathered), Math.max(...gathered)];
  const isRun = last - first + 1 === gathered.length && new Set(gathered).size === gathered.length;
  if (!isRun) return null;
  const text = deparseFaithfully(closedUp(marked, last, gathered.length - 1));
  return text === null
    ? null
    : {
        kind: "list as array",
        text,
        callerMust: `send the ${gathered.length} values as one array in $${first}; the parameters after it move up`,
      };
}

/** Parameters behind the list take the places that became free. */
function closedUp(tree: Node, last: number, by: number): Node {
  return replaceNodes(tree, (node) => {
    if (!("ParamRef" in node)) return undefined;
    const number = node.ParamRef.number ?? 0;
    return { ParamRef: { number: number > last ? number - by : number } };
  });
}
