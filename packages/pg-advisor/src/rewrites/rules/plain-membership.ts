import type { SelectStmt } from "@pgsql/types";
import { aggregatesIn, isLimited, isOneSelect } from "../analysis/expressions.ts";
import { type Rule, rewritten } from "./rule.ts";

/** What IN, ANY, ALL and EXISTS do not look at: duplicates and order. */
export const plainMembership: Rule = {
  name: "plain-membership",
  does: "leaves out DISTINCT, ORDER BY, grouping and LIMIT where only membership is asked",
  apply: (level) => {
    const type =
      level.sublink !== null && "SubLink" in level.sublink
        ? level.sublink.SubLink.subLinkType
        : undefined;
    if (type !== "EXISTS_SUBLINK" && type !== "ANY_SUBLINK" && type !== "ALL_SUBLINK") return [];
    const plain = withoutIdleParts(level.select, type === "EXISTS_SUBLINK");
    return plain === level.select
      ? []
      : [rewritten(plain, "duplicates and order do not matter where only membership is asked")];
  },
};

function withoutIdleParts(select: SelectStmt, isExistence: boolean): SelectStmt {
  if (select.op === "SETOP_UNION" && select.all !== true && !isLimited(select))
    return { ...select, all: true };
  if (!isOneSelect(select)) return select;
  let plain = select;
  if (isExistence && isConstantAboveZero(plain)) {
    const { limitCount: _count, ...rest } = plain;
    plain = { ...rest, limitOption: "LIMIT_OPTION_DEFAULT" };
  }
  if (isLimited(plain)) return plain;
  const isDistinctOn = (plain.distinctClause ?? []).some((item) => Object.keys(item).length > 0);
  if (plain.sortClause !== undefined && !isDistinctOn) {
    const { sortClause: _sort, ...rest } = plain;
    plain = rest;
  }
  if (plain.distinctClause !== undefined && !isDistinctOn) {
    const { distinctClause: _distinct, ...rest } = plain;
    plain = rest;
  }
  const isIdleGroup =
    (plain.groupClause ?? []).length > 0 &&
    !(plain.groupClause ?? []).some((item) => "GroupingSet" in item) &&
    plain.havingClause === undefined &&
    aggregatesIn(plain.targetList).length === 0;
  if (isIdleGroup) {
    const { groupClause: _group, ...rest } = plain;
    plain = rest;
  }
  return plain;
}

function isConstantAboveZero({ limitCount, limitOffset }: SelectStmt): boolean {
  if (limitOffset !== undefined || limitCount === undefined || !("A_Const" in limitCount))
    return false;
  return (limitCount.A_Const.ival?.ival ?? 0) > 0;
}
