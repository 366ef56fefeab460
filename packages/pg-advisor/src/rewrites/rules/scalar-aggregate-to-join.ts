import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { aliasesIn, isBelowWith, rejectsNulls } from "../analysis/expressions.ts";
import type { Level } from "../analysis/level.ts";
import { withoutStars } from "../analysis/targets.ts";
import { withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { attachInner, attachOuter } from "./attach.ts";
import { groupSubquery } from "./grouped-subquery.ts";
import { type Rule, type RuleContext, type RuleOutcome, refused, rewritten } from "./rule.ts";
import { correlatedScalars, readCorrelatedAggregate } from "./scalar-subqueries.ts";

/**
 * Unnesting of a correlated aggregate in WHERE (W. Kim, "On Optimizing an SQL-like Nested Query", TODS 1982; the count of an empty
 * group as R. A. Ganski and H. K. T. Wong, "Optimization of Nested SQL Queries Revisited", SIGMOD 1987, put it right).
 */
export const scalarAggregateToJoin: Rule = {
  name: "scalar-aggregate-to-join",
  does: "computes an aggregate once a key in a joined subquery in place of once a row",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    return conditions.flatMap((condition, index) =>
      correlatedScalars(condition, level).map((node) =>
        unnest(node, conditions, index, level, context),
      ),
    );
  },
};

function unnest(
  node: Node,
  conditions: readonly Node[],
  index: number,
  level: Level,
  context: RuleContext,
): RuleOutcome {
  const read = readCorrelatedAggregate(node, level, context.analysis);
  if (read.outcome === "refused") return refused(node, read.because);
  const alias = context.freshAlias("per_key");
  const grouped = groupSubquery(read.result, alias);
  const replaced = conditions.map((condition, at) =>
    at === index
      ? replaceNodes(condition, (one) => (isSame(one, node) ? grouped.value : undefined))
      : condition,
  );
  const changed = replaced[index];
  if (changed === undefined) return refused(node, "the condition was not found again");
  // A row that finds no group fails the condition anyway, so it need not be kept.
  const isInner = grouped.isNullWhenEmpty && rejectsNulls(changed, alias);
  const named = aliasesIn(read.result.keys.map(({ outer }) => outer));
  const shown = withoutStars(level);
  const select = isInner
    ? withWhere(attachInner(shown, grouped.item), [...replaced, ...grouped.joinConditions])
    : withWhere(attachOuter(shown, grouped.item, grouped.joinConditions, named), replaced);
  return rewritten(
    select,
    `the subquery that was run for each row is computed once for each value of its key and ${isInner ? "joined" : "outer-joined"}`,
  );
}
