import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import { factsOfExpression } from "../analysis/expression-facts.ts";
import { isBelowWith, isPlain } from "../analysis/expressions.ts";
import { expressionOf } from "../analysis/targets.ts";
import {
  booleanConstant,
  columnRef,
  derivedTable,
  existsOf,
  negation,
  operation,
  selectOf,
  target,
  withWhere,
} from "../tree/build.ts";
import { type Rule, type RuleContext, refused, rewritten } from "./rule.ts";
import { queryOfSublink } from "./scalar-subqueries.ts";

/** `NOT IN (select …)` cannot become an anti join because of nulls; where there are none, NOT EXISTS can. */
export const notInToNotExists: Rule = {
  name: "not-in-to-not-exists",
  does: "writes NOT IN over columns without nulls as NOT EXISTS, which can be joined",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    return conditions.flatMap((condition, index) => {
      const membership = negatedMembership(condition);
      if (membership === null) return [];
      const outcome = unlist(membership, context);
      if ("because" in outcome) return [refused(condition, outcome.because)];
      const changed = conditions.map((one, at) => (at === index ? outcome.condition : one));
      return [
        rewritten(
          withWhere(level.select, changed),
          "neither side of NOT IN can be null, so it is written as NOT EXISTS",
        ),
      ];
    });
  },
};

/** `not (x in (select …))` and `x <> all (select …)`. */
function negatedMembership(condition: Node): Node | null {
  if ("BoolExpr" in condition && condition.BoolExpr.boolop === "NOT_EXPR") {
    const [inner] = condition.BoolExpr.args ?? [];
    if (inner === undefined || !("SubLink" in inner)) return null;
    const { subLinkType, operName } = inner.SubLink;
    const isEqual = (operName ?? []).length === 0 || operatorOf(operName) === "=";
    return subLinkType === "ANY_SUBLINK" && isEqual ? inner : null;
  }
  if ("SubLink" in condition && condition.SubLink.subLinkType === "ALL_SUBLINK") {
    return operatorOf(condition.SubLink.operName) === "<>" ? condition : null;
  }
  return null;
}

function unlist(
  membership: Node,
  context: RuleContext,
): { readonly condition: Node } | { readonly because: string } {
  const query = queryOfSublink(membership);
  const tested = "SubLink" in membership ? membership.SubLink.testexpr : undefined;
  if (query === null || tested === undefined || "RowExpr" in tested)
    return { because: "it compares rows of several columns" };
  const around = [...context.analysis.sources.values()];
  if (!factsOfExpression(tested, around, false).isNotNull) {
    return { because: "what is tested may be null, and NOT IN is then unknown" };
  }
  const inner = context.analysis.levels.find((one) => one.sublink === membership);
  if (inner?.output[0]?.isNotNull !== true) {
    return { because: "the subquery may give a null, and NOT IN is then never true" };
  }
  return { condition: negation(existsOf(searching(query, tested, context))) };
}

/** The subquery with the tested value as one more condition. */
function searching(query: SelectStmt, tested: Node, context: RuleContext): SelectStmt {
  const [first] = query.targetList ?? [];
  const value = first === undefined ? undefined : expressionOf(first);
  if (isPlain(query) && value !== undefined) {
    const { sortClause: _sort, ...rest } = query;
    const found = { ...rest, targetList: [target(booleanConstant(true))] };
    return withWhere(found, [...conjunctsOf(query.whereClause), operation("=", tested, value)]);
  }
  const alias = context.freshAlias("listed");
  const name = "value";
  const item = derivedTable(query, alias);
  const named: Node =
    "RangeSubselect" in item
      ? {
          RangeSubselect: {
            ...item.RangeSubselect,
            alias: { aliasname: alias, colnames: [{ String: { sval: name } }] },
          },
        }
      : item;
  return withWhere(selectOf({ targetList: [target(booleanConstant(true))], fromClause: [named] }), [
    operation("=", tested, columnRef(alias, name)),
  ]);
}
