import type { Node } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, factsOf, isBelowWith, sourcesByAlias } from "../analysis/expressions.ts";
import { inSelect, withWhere } from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";

/** From so many values on a list may be worth a join. */
const LONG_LIST = 30;
const INTEGERS = new Set(["smallint", "integer", "bigint"]);

/** A long list is a table: it can be hashed, or looked up row by row in an index. */
export const inListToValues: Rule = {
  name: "in-list-to-values",
  does: "joins a long IN list as VALUES in place of comparing with each of its values",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    const sources = sourcesByAlias(level);
    return conditions.flatMap((condition, index) => {
      if (!("A_Expr" in condition) || condition.A_Expr.kind !== "AEXPR_IN") return [];
      const { lexpr, rexpr, name } = condition.A_Expr;
      const items = rexpr !== undefined && "List" in rexpr ? (rexpr.List.items ?? []) : [];
      const type = factsOf(columnUse(lexpr), sources)?.type;
      if (operatorOf(name) !== "=" || lexpr === undefined || items.length < LONG_LIST) return [];
      const isOfIntegers =
        INTEGERS.has(type ?? "") &&
        items.every((item) => "A_Const" in item && item.A_Const.ival !== undefined);
      const isOfTexts =
        type === "text" &&
        items.every((item) => "A_Const" in item && item.A_Const.sval !== undefined);
      if (!isOfIntegers && !isOfTexts) return [];
      const valuesLists = items.map((item): Node => ({ List: { items: [item] } }));
      const listed = inSelect(lexpr, {
        valuesLists,
        limitOption: "LIMIT_OPTION_DEFAULT",
        op: "SETOP_NONE",
      });
      const changed = conditions.map((one, at) => (at === index ? listed : one));
      return [
        rewritten(withWhere(level.select, changed), "the long list is joined as a table of values"),
      ];
    });
  },
};
