import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { aliasesIn, columnUse, isBelowWith } from "../analysis/expressions.ts";
import { aliasOf } from "../analysis/flat-level.ts";
import { starOf } from "../analysis/level-output.ts";
import { expressionOf } from "../analysis/targets.ts";
import { booleanConstant, existsOf, negation, selectOf, target, withWhere } from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";

/** `left join b on … where b.key is null` asks for rows without a partner. */
export const antiJoinToNotExists: Rule = {
  name: "anti-join-to-not-exists",
  does: "writes an outer join whose partners are thrown away as NOT EXISTS",
  apply: (level) => {
    const { select } = level;
    if (!isBelowWith(select)) return [];
    const conditions = conjunctsOf(select.whereClause);
    return (select.fromClause ?? []).flatMap((item, index) => {
      if (!("JoinExpr" in item) || item.JoinExpr.jointype !== "JOIN_LEFT") return [];
      const { larg, rarg, quals } = item.JoinExpr;
      const alias = rarg === undefined ? null : aliasOf(rarg);
      if (larg === undefined || rarg === undefined || alias === null || quals === undefined)
        return [];
      if (!("RangeVar" in rarg)) return [];
      const source = level.sources.find((one) => one.alias === alias);
      const asks = conditions.find((one) => {
        if (!("NullTest" in one) || one.NullTest.nulltesttype !== "IS_NULL") return false;
        const use = columnUse(one.NullTest.arg);
        return (
          use?.alias === alias &&
          source?.columns.some(({ name, isNotNull }) => name === use.column && isNotNull)
        );
      });
      if (asks === undefined) return [];
      const others = conditions.filter((one) => one !== asks);
      const { fromClause: _from, whereClause: _where, ...rest } = select;
      const isNamed = [
        others,
        rest,
        (select.fromClause ?? []).filter((one) => one !== item),
        larg,
      ].some((part) => aliasesIn(part).has(alias));
      const hasBareStar = (select.targetList ?? []).some((one) => {
        const val = expressionOf(one);
        return val !== undefined && starOf(val) === "*";
      });
      if (isNamed || hasBareStar) return [];
      const missing: Node = negation(
        existsOf(
          withWhere(
            selectOf({ targetList: [target(booleanConstant(true))], fromClause: [rarg] }),
            conjunctsOf(quals),
          ),
        ),
      );
      const fromClause = (select.fromClause ?? []).map((one, at) => (at === index ? larg : one));
      return [
        rewritten(
          withWhere({ ...select, fromClause }, [...others, missing]),
          `rows without a partner in ${alias} are asked for directly`,
        ),
      ];
    });
  },
};
