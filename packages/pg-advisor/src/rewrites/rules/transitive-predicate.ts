import type { Node } from "@pgsql/types";
import { operatorOf } from "../../workload/text/sql-nodes.ts";
import {
  columnUse,
  equalityOf,
  factsOf,
  isBelowWith,
  isConstant,
  mayStandFor,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import { flatten, plainAliases, unflatten } from "../analysis/flat-level.ts";
import { isAmong } from "../analysis/targets.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

const RANGES = new Set(["<", "<=", ">", ">=", "<>"]);

/** What is asked of one side of an equality is true of the other. PostgreSQL itself concludes so for `= constant` alone. */
export const transitivePredicate: Rule = {
  name: "transitive-predicate",
  does: "asks the same of a joined column, so that fewer of its rows are read",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const flat = flatten(level.select);
    const plain = plainAliases(flat);
    const sources = sourcesByAlias(level);
    return flat.conditions.flatMap((join) => {
      const equality = equalityOf(join);
      const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
      if (equality === null || left === null || right === null || left.alias === right.alias)
        return [];
      if (!plain.has(left.alias) || !plain.has(right.alias)) return [];
      if (!mayStandFor(factsOf(left, sources), factsOf(right, sources))) return [];
      const directions = [
        [equality.left, equality.right],
        [equality.right, equality.left],
      ] as const;
      return directions.flatMap(([from, to]) => {
        const added = flat.conditions
          .filter((condition) => isAbout(condition, from))
          .map((condition) =>
            replaceNodes(condition, (node) => (isSame(node, from) ? to : undefined)),
          )
          .filter((condition) => !isAmong(condition, flat.conditions));
        if (added.length === 0) return [];
        const use = columnUse(to);
        const outcome: RuleOutcome = rewritten(
          unflatten(level.select, {
            items: flat.items,
            conditions: [...flat.conditions, ...added],
          }),
          `what is asked of a column is asked of ${use?.alias}.${use?.column} too, which is equal to it`,
        );
        return [outcome];
      });
    });
  },
};

/** A range, list or pattern over exactly this column. */
function isAbout(condition: Node, column: Node): boolean {
  if (!("A_Expr" in condition)) return false;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (!isSame(lexpr, column)) return false;
  if (kind === "AEXPR_OP") return RANGES.has(operatorOf(name)) && isConstant(rexpr);
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_IN") {
    return rexpr !== undefined && "List" in rexpr && (rexpr.List.items ?? []).every(isConstant);
  }
  return kind === "AEXPR_LIKE" && isConstant(rexpr);
}
