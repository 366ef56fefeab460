import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  aggregatesIn,
  aliasesIn,
  areComparableKeys,
  columnUse,
  equalityOf,
  factsOf,
  hasWindow,
  isBelowWith,
  isGroupedLevel,
  isLimited,
  nameOfCall,
  namesOneRow,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import { aliasOf } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { starOf } from "../analysis/level-output.ts";
import { isDistinctOn } from "../analysis/row-identity.ts";
import { expressionOf } from "../analysis/targets.ts";
import { replaceAt } from "../tree/path.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

export const unusedOuterJoin: Rule = {
  name: "unused-outer-join",
  does: "leaves out an outer join that brings no column and no further row",
  apply: (level) => {
    const { select } = level;
    if (!isBelowWith(select)) return [];
    const duplicatesMatter = doDuplicatesMatter(level);
    return (select.fromClause ?? []).flatMap((item, index) =>
      spineOf(item, ["fromClause", index], duplicatesMatter, level),
    );
  },
};

function spineOf(
  item: Node,
  path: readonly (string | number)[],
  duplicatesMatter: boolean,
  level: Level,
): readonly RuleOutcome[] {
  if (!("JoinExpr" in item)) return [];
  const { jointype, larg, rarg, quals } = item.JoinExpr;
  const deeper =
    larg === undefined ? [] : spineOf(larg, [...path, "JoinExpr", "larg"], duplicatesMatter, level);
  const alias = rarg === undefined ? null : aliasOf(rarg);
  if (jointype !== "JOIN_LEFT" || alias === null || larg === undefined || rarg === undefined)
    return deeper;
  if ("RangeFunction" in rarg || isNamedElsewhere(alias, path, level)) return deeper;
  const sources = sourcesByAlias(level);
  const source = sources.get(alias);
  const fixed = new Set(
    conjunctsOf(quals).flatMap((condition) => {
      const equality = equalityOf(condition);
      const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
      const types = [
        factsOf(left, sources)?.type ?? null,
        factsOf(right, sources)?.type ?? null,
      ] as const;
      if (!areComparableKeys(types[0], types[1])) return [];
      if (left?.alias === alias && right?.alias !== alias && right !== null) return [left.column];
      return right?.alias === alias && left?.alias !== alias && left !== null ? [right.column] : [];
    }),
  );
  const findsOne = source !== undefined && namesOneRow(source, fixed);
  if (!findsOne && duplicatesMatter) return deeper;
  const select = replaceAt(level.select, path, larg);
  const why = findsOne
    ? "finds one row at the most"
    : "only repeats rows whose number does not matter";
  return [...deeper, rewritten(select, `nothing is read of ${alias}, which ${why}`)];
}

/** Whether anything but the join itself names the alias. */
function isNamedElsewhere(
  alias: string,
  path: readonly (string | number)[],
  level: Level,
): boolean {
  const without: SelectStmt = replaceAt(level.select, [...path, "JoinExpr", "quals"], {});
  const hasStar = (level.select.targetList ?? []).some((one) => {
    const val = expressionOf(one);
    return val !== undefined && starOf(val) === "*";
  });
  return hasStar || aliasesIn(without).has(alias);
}

/** False under DISTINCT, inside EXISTS and IN, and where only MIN and MAX are computed. */
function doDuplicatesMatter(level: Level): boolean {
  const { select, sublink } = level;
  if (isLimited(select) || hasWindow(select.targetList)) return true;
  const aggregates = aggregatesIn([select.targetList, select.havingClause, select.sortClause]);
  const areIdle = aggregates.every(
    (call) => call.agg_distinct === true || /^(?:min|max|bool_and|bool_or)$/.test(nameOfCall(call)),
  );
  if (!areIdle) return true;
  if (isGroupedLevel(select)) return false;
  if (select.distinctClause !== undefined && !isDistinctOn(level)) return false;
  const type = sublink !== null && "SubLink" in sublink ? sublink.SubLink.subLinkType : "";
  return type !== "EXISTS_SUBLINK" && type !== "ANY_SUBLINK" && type !== "ALL_SUBLINK";
}
