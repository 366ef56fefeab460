import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, factsOf, isBelowWith, sourcesByAlias } from "../analysis/expressions.ts";
import { withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { textOfTree } from "../tree/same.ts";
import { type Rule, rewritten } from "./rule.ts";

/** `coalesce(c, …)` of a column that is never null is the column, and an index may serve it. */
export const coalesceOffColumn: Rule = {
  name: "coalesce-off-column",
  does: "compares a column itself where COALESCE never finds it null",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const sources = sourcesByAlias(level);
    const conditions = conjunctsOf(level.select.whereClause);
    const changed = conditions.map((condition) =>
      replaceNodes(condition, (node): Node | undefined => {
        if ("SubLink" in node) return node;
        if (!("CoalesceExpr" in node)) return undefined;
        const [first, ...others] = node.CoalesceExpr.args ?? [];
        const facts = factsOf(columnUse(first), sources);
        // Another type among the arguments would be the type of the whole.
        const isOwnType = others.every((other) => isOfType(other, facts?.type ?? null));
        return first !== undefined && facts?.isNotNull === true && isOwnType ? first : undefined;
      }),
    );
    if (textOfTree(changed) === textOfTree(conditions)) return [];
    return [
      rewritten(
        withWhere(level.select, changed),
        "the column is never null, so COALESCE gives the column itself",
      ),
    ];
  },
};

function isOfType(node: Node, type: string | null): boolean {
  if (!("A_Const" in node)) return false;
  const { ival, sval, boolval } = node.A_Const;
  if (sval !== undefined) return type === "text" || type === "date" || type === "uuid";
  if (ival !== undefined) return type === "integer" || type === "bigint" || type === "numeric";
  return boolval !== undefined && type === "boolean";
}
