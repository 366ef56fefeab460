import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  columnUse,
  hasSublink,
  hasWindow,
  isGroupedLevel,
  isLimited,
} from "../analysis/expressions.ts";
import { mayFail } from "../analysis/may-fail.ts";
import { sortsByOutputs } from "../analysis/targets.ts";
import { withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { type Rule, refused, rewritten } from "./rule.ts";

const MOST_ARMS = 4;

/** An OR over different columns hinders every index; one arm each can use its own. */
export const orToUnion: Rule = {
  name: "or-to-union",
  does: "reads the rows of each arm of an OR by itself, no row twice",
  apply: ({ select, role }, { analysis }) => {
    if ((select.op !== undefined && select.op !== "SETOP_NONE") || select.valuesLists !== undefined)
      return [];
    if (
      isGroupedLevel(select) ||
      select.distinctClause !== undefined ||
      hasWindow(select.targetList)
    )
      return [];
    if ((select.windowClause ?? []).length > 0) return [];
    const conditions = conjunctsOf(select.whereClause);
    return conditions.flatMap((condition, index) => {
      const arms = armsOfOr(condition);
      if (arms.length < 2 || arms.length > MOST_ARMS) return [];
      const columns = arms.map((arm) => columnsIn(arm));
      const isOneColumn = columns.every((one) => one === columns[0]);
      if (isOneColumn || columns.includes("")) return [];
      if (!sortsByOutputs(select))
        return [
          refused(
            condition,
            "the order is by something that is no output, and a UNION cannot sort by it",
          ),
        ];
      if (role === "arm" && (isLimited(select) || select.sortClause !== undefined)) return [];
      // The first arm of an OR may be what keeps the second from failing.
      if (mayFail(arms, analysis.sources)) return [];
      if (arms.some(hasSublink) && arms.length > 2) return [];
      const rest = conditions.filter((_, at) => at !== index);
      const [level, around] = split(select);
      const selects = arms.map(
        (arm, at): SelectStmt =>
          withWhere(level, [...rest, arm, ...arms.slice(0, at).map(isNotTrue)]),
      );
      const [first, ...others] = selects;
      if (first === undefined) return [];
      const union = others.reduce<SelectStmt>(
        (larg, rarg) => ({
          op: "SETOP_UNION",
          all: true,
          larg,
          rarg,
          limitOption: "LIMIT_OPTION_DEFAULT",
        }),
        first,
      );
      return [
        rewritten(
          { ...union, ...around },
          "each arm of the OR is read by itself; a row that meets several is kept once",
        ),
      ];
    });
  },
};

/** The SELECT itself, and what stands around a UNION of its likes. */
function split(select: SelectStmt): readonly [SelectStmt, SelectStmt] {
  const { sortClause, limitCount, limitOffset, limitOption, withClause, ...inner } = select;
  return [
    { ...inner, limitOption: "LIMIT_OPTION_DEFAULT" },
    {
      ...(sortClause === undefined ? {} : { sortClause }),
      ...(limitCount === undefined ? {} : { limitCount }),
      ...(limitOffset === undefined ? {} : { limitOffset }),
      ...(limitOption === undefined ? {} : { limitOption }),
      ...(withClause === undefined ? {} : { withClause }),
    },
  ];
}

export function armsOfOr(condition: Node): readonly Node[] {
  if (!("BoolExpr" in condition) || condition.BoolExpr.boolop !== "OR_EXPR") return [condition];
  return (condition.BoolExpr.args ?? []).flatMap(armsOfOr);
}

function isNotTrue(arg: Node): Node {
  return { BooleanTest: { arg, booltesttype: "IS_NOT_TRUE" } };
}

/** The columns of an arm as a text; empty where it names none. */
function columnsIn(arm: Node): string {
  const names = new Set<string>();
  replaceNodes(arm, (node) => {
    const use = columnUse(node);
    if (use !== null) names.add(`${use.alias}.${use.column}`);
    return undefined;
  });
  return [...names].sort().join(", ");
}
