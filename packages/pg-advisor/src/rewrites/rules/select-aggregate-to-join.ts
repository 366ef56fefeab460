import { aliasesIn, isBelowWith, isGroupedLevel } from "../analysis/expressions.ts";
import { withNames } from "../analysis/targets.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { attachOuter } from "./attach.ts";
import { groupSubquery } from "./grouped-subquery.ts";
import { type Rule, refused, rewritten } from "./rule.ts";
import { correlatedScalars, readCorrelatedAggregate } from "./scalar-subqueries.ts";

/** A count or sum a row in the SELECT list, computed once a key and outer-joined; an empty group counts 0. */
export const selectAggregateToJoin: Rule = {
  name: "select-aggregate-to-join",
  does: "computes an aggregate of the SELECT list once a key in a joined subquery in place of once a row",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    const named = { ...level, select: withNames(level) };
    return correlatedScalars({ List: { items: named.select.targetList ?? [] } }, level).map(
      (node) => {
        if (isGroupedLevel(level.select))
          return refused(node, "the level around it groups its rows");
        const read = readCorrelatedAggregate(node, level, context.analysis);
        if (read.outcome === "refused") return refused(node, read.because);
        const grouped = groupSubquery(read.result, context.freshAlias("per_key"));
        const outer = aliasesIn(read.result.keys.map((key) => key.outer));
        const { fromClause: _from, ...rest } = named.select;
        const replaced = replaceNodes(rest, (one) =>
          isSame(one, node) ? grouped.value : undefined,
        );
        const select = { ...replaced, fromClause: level.select.fromClause ?? [] };
        return rewritten(
          attachOuter(select, grouped.item, grouped.joinConditions, outer),
          "the aggregate of the SELECT list is computed once for each value of its key and outer-joined",
        );
      },
    );
  },
};
