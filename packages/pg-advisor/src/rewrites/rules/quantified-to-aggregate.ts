import type { Node } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import { isBelowWith, isPlain, outerAliases } from "../analysis/expressions.ts";
import { mayFail } from "../analysis/may-fail.ts";
import { expressionOf } from "../analysis/targets.ts";
import { call, operation, target, withWhere } from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";
import { queryOfSublink } from "./scalar-subqueries.ts";

/** The extreme that decides `x operator ANY (…)`. */
const EXTREMES: Readonly<Record<string, string>> = {
  ">": "min",
  ">=": "min",
  "<": "max",
  "<=": "max",
};

const ORDERED_TYPES = new Set([
  "smallint",
  "integer",
  "bigint",
  "numeric",
  "date",
  "timestamp without time zone",
  "timestamp with time zone",
]);

/** As a condition, `x > ANY (select y)` is true exactly where x is above the least y; no y makes both of them not true. */
export const quantifiedToAggregate: Rule = {
  name: "quantified-to-aggregate",
  does: "compares with the least or greatest value once in place of with every value of a subquery",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    return conditions.flatMap((condition, index) => {
      if (!("SubLink" in condition) || condition.SubLink.subLinkType !== "ANY_SUBLINK") return [];
      const { testexpr, operName } = condition.SubLink;
      const operator = operatorOf(operName);
      const extreme = EXTREMES[operator];
      const query = queryOfSublink(condition);
      const inner = context.analysis.levels.find((one) => one.sublink === condition);
      const type = inner?.output[0]?.type;
      const value =
        query?.targetList?.[0] === undefined ? undefined : expressionOf(query.targetList[0]);
      if (extreme === undefined || testexpr === undefined || query === null || value === undefined)
        return [];
      if (!isPlain(query) || outerAliases(query).size > 0) return [];
      // ANY stops at the first value that fits; the extreme is found among all.
      if (mayFail([value, query.whereClause], context.analysis.sources)) return [];
      if (type === null || type === undefined || !ORDERED_TYPES.has(type)) return [];
      const { sortClause: _sort, ...rest } = query;
      const single: Node = {
        SubLink: {
          subLinkType: "EXPR_SUBLINK",
          subselect: { SelectStmt: { ...rest, targetList: [target(call(extreme, [value]))] } },
        },
      };
      const changed = conditions.map((one, at) =>
        at === index ? operation(operator, testexpr, single) : one,
      );
      return [
        rewritten(
          withWhere(level.select, changed),
          `only the ${extreme === "min" ? "least" : "greatest"} value of the subquery decides`,
        ),
      ];
    });
  },
};
