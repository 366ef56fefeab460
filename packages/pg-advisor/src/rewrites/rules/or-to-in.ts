import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, equalityOf, isBelowWith } from "../analysis/expressions.ts";
import { nameNode, withWhere } from "../tree/build.ts";
import { isSame } from "../tree/same.ts";
import { armsOfOr } from "./or-to-union.ts";
import { type Rule, rewritten } from "./rule.ts";

/** `x = 1 or x = 2` is looked up at once as `x in (1, 2)`. */
export const orToIn: Rule = {
  name: "or-to-in",
  does: "writes equalities of one column joined by OR as one IN",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    return conditions.flatMap((condition, index) => {
      const arms = armsOfOr(condition).map(equalityOf);
      if (arms.length < 2) return [];
      const [first] = arms;
      const values: Node[] = [];
      for (const arm of arms) {
        if (arm === null || first === null || first === undefined) return [];
        if (columnUse(arm.left) === null || !isSame(arm.left, first.left)) return [];
        values.push(arm.right);
      }
      const kinds = new Set(values.map(kindOf));
      if (kinds.size !== 1 || kinds.has("") || first === null || first === undefined) return [];
      const listed: Node = {
        A_Expr: {
          kind: "AEXPR_IN",
          name: [nameNode("=")],
          lexpr: first.left,
          rexpr: { List: { items: values } },
        },
      };
      const changed = conditions.map((one, at) => (at === index ? listed : one));
      return [
        rewritten(
          withWhere(level.select, changed),
          "the values of one column are looked up together",
        ),
      ];
    });
  },
};

/** Values of one kind only: mixed ones would be compared in another type. */
function kindOf(node: Node): string {
  if ("ParamRef" in node) return "parameter";
  if (!("A_Const" in node)) return "";
  if (node.A_Const.ival !== undefined) return "integer";
  return node.A_Const.sval === undefined ? "" : "text";
}
