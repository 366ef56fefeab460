import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  aggregatesIn,
  aliasesIn,
  hasSublink,
  hasWindow,
  isBelowWith,
  nameOfCall,
} from "../analysis/expressions.ts";
import { groupExpressions, withNames } from "../analysis/targets.ts";
import { call, columnRef, derivedTable, selectOf, target, withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, refused, rewritten } from "./rule.ts";

/** `count(distinct x)` sorts the rows of each group; the distinct values can be found by hashing, in parallel, and then be counted. */
export const countDistinctInTwoSteps: Rule = {
  name: "count-distinct-in-two-steps",
  does: "finds the distinct values first and counts them then",
  apply: (level, context) => {
    const { select } = level;
    if (!isBelowWith(select) || select.distinctClause !== undefined || hasWindow(select.targetList))
      return [];
    const groups = groupExpressions(select);
    const calls = aggregatesIn([select.targetList, select.havingClause, select.sortClause]);
    const [first] = calls;
    const [arg, another] = first?.args ?? [];
    if (groups === null || first === undefined || arg === undefined || another !== undefined)
      return [];
    if (first.agg_distinct !== true || nameOfCall(first) !== "count") return [];
    const areAlike = calls.every((one) => isSame({ FuncCall: one }, { FuncCall: first }));
    if (!areAlike || first.agg_filter !== undefined) {
      return [
        refused(
          { FuncCall: first },
          "another aggregate beside it needs the rows that DISTINCT leaves out",
        ),
      ];
    }
    if (hasSublink([select.targetList, select.havingClause, groups])) return [];
    const alias = context.freshAlias("distinct_values");
    const { fromClause, whereClause, groupClause, withClause, ...rest } = withNames(level);
    const names = groups.map((_, index) => `group_${index + 1}`);
    const counted: Node = call("count", [columnRef(alias, "value")]);
    const around = replaceNodes(rest, (node) => {
      if ("FuncCall" in node && isSame(node, { FuncCall: first })) return counted;
      const place = groups.findIndex((group) => isSame(group, node));
      return place < 0 ? undefined : columnRef(alias, names[place] ?? "");
    });
    const own = new Set(level.sources.map((source) => source.alias));
    if ([...aliasesIn(around)].some((one) => own.has(one))) return [];
    const inner = withWhere(
      selectOf({
        targetList: [
          ...groups.map((group, index) => target(group, names[index])),
          target(arg, "value"),
        ],
        distinctClause: [{} as Node],
        ...(fromClause === undefined ? {} : { fromClause }),
      }),
      conjunctsOf(whereClause),
    );
    const outer = {
      ...around,
      ...(withClause === undefined ? {} : { withClause }),
      fromClause: [derivedTable(inner, alias)],
      ...(groupClause === undefined
        ? {}
        : { groupClause: names.map((name) => columnRef(alias, name)) }),
    };
    return [rewritten(outer, "the distinct values are found first and counted then")];
  },
};
