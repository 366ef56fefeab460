import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  columnUse,
  equalityOf,
  factsOf,
  isBelowWith,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import type { Level } from "../analysis/level.ts";
import { withWhere } from "../tree/build.ts";
import { textOfTree } from "../tree/same.ts";
import { type Rule, rewritten } from "./rule.ts";

/** `1 = 1`, a condition said twice, `id is not null` of a column that cannot be. */
export const idleConditions: Rule = {
  name: "idle-conditions",
  does: "leaves out conditions that are always true, or said already",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    const said = new Set<string>();
    const kept = conditions.filter((condition) => {
      const text = textOfTree(condition);
      if (said.has(text) || isAlwaysTrue(condition, level)) return false;
      said.add(text);
      return true;
    });
    if (kept.length === conditions.length) return [];
    return [
      rewritten(withWhere(level.select, kept), "conditions that are always true are left out"),
    ];
  },
};

function isAlwaysTrue(condition: Node, level: Level): boolean {
  if ("A_Const" in condition) return condition.A_Const.boolval?.boolval === true;
  if ("NullTest" in condition && condition.NullTest.nulltesttype === "IS_NOT_NULL") {
    return factsOf(columnUse(condition.NullTest.arg), sourcesByAlias(level))?.isNotNull === true;
  }
  const equality = equalityOf(condition);
  if (equality === null) return false;
  const { left, right } = equality;
  return (
    "A_Const" in left &&
    "A_Const" in right &&
    left.A_Const.ival !== undefined &&
    textOfTree(left) === textOfTree(right)
  );
}
