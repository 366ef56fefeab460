import type { Node } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import { factsOfExpression } from "../analysis/expression-facts.ts";
import { isLimited, isOneSelect, nameOfCall } from "../analysis/expressions.ts";
import type { Source } from "../analysis/level.ts";
import { expressionOf } from "../analysis/targets.ts";
import { booleanConstant, existsOf, negation, nullTest, target, withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { type Rule, rewritten } from "./rule.ts";
import { queryOfSublink } from "./scalar-subqueries.ts";

/** Comparisons of a count that only ask whether there is a row. */
const ASKS_FOR_ONE: Readonly<Record<string, boolean>> = {
  "> 0": true,
  "<> 0": true,
  ">= 1": true,
  "= 0": false,
  "< 1": false,
  "<= 0": false,
};
const TURNED: Readonly<Record<string, string>> = {
  ">": "<",
  "<": ">",
  ">=": "<=",
  "<=": ">=",
  "=": "=",
  "<>": "<>",
};

export const countToExists: Rule = {
  name: "count-to-exists",
  does: "stops at the first row where a count was only asked whether it is above zero",
  apply: (level, context) => {
    const { select } = level;
    let isChanged = false;
    const sources = [...context.analysis.sources.values()];
    const change = (node: Node): Node | undefined => {
      // What lies in a subquery is that level's own matter.
      if ("SubLink" in node || "RangeSubselect" in node || "CommonTableExpr" in node) return node;
      const asked = askedExistence(node, sources);
      if (asked !== null) isChanged = true;
      return asked ?? undefined;
    };
    if (select.op !== undefined && select.op !== "SETOP_NONE") return [];
    const { fromClause, withClause, ...rest } = select;
    const changed = {
      ...replaceNodes(rest, change),
      ...(fromClause === undefined ? {} : { fromClause: replaceNodes(fromClause, change) }),
      ...(withClause === undefined ? {} : { withClause }),
    };
    return isChanged
      ? [
          rewritten(
            changed,
            "the count was only asked whether there is a row, which EXISTS tells at the first one",
          ),
        ]
      : [];
  },
};

function askedExistence(node: Node, sources: readonly Source[]): Node | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return null;
  const { lexpr, rexpr, name } = node.A_Expr;
  const operator = operatorOf(name);
  const [counted, limit, asked] =
    integerOf(rexpr) !== null
      ? [lexpr, integerOf(rexpr), operator]
      : [rexpr, integerOf(lexpr), TURNED[operator]];
  if (limit === null || asked === undefined) return null;
  const wants = ASKS_FOR_ONE[`${asked} ${limit}`];
  const query = queryOfSublink(counted);
  if (wants === undefined || query === null || counted === undefined || !("SubLink" in counted))
    return null;
  if (counted.SubLink.subLinkType !== "EXPR_SUBLINK" || !isOneSelect(query) || isLimited(query))
    return null;
  if (
    (query.groupClause ?? []).length > 0 ||
    query.havingClause !== undefined ||
    query.distinctClause !== undefined
  )
    return null;
  const [only, another] = query.targetList ?? [];
  const value = only === undefined || another !== undefined ? undefined : expressionOf(only);
  if (value === undefined || !("FuncCall" in value) || nameOfCall(value.FuncCall) !== "count")
    return null;
  const { args, agg_star, agg_filter, over } = value.FuncCall;
  if (over !== undefined) return null;
  const [arg] = args ?? [];
  const needed: Node[] = [];
  if (agg_star !== true) {
    if (arg === undefined) return null;
    if (!factsOfExpression(arg, sources, false).isNotNull) needed.push(nullTest(arg, false));
  }
  if (agg_filter !== undefined) needed.push(agg_filter);
  const { sortClause: _sort, ...rest } = query;
  const exists = existsOf(
    withWhere({ ...rest, targetList: [target(booleanConstant(true))] }, [
      ...conjunctsOf(query.whereClause),
      ...needed,
    ]),
  );
  return wants ? exists : negation(exists);
}

function integerOf(node: Node | undefined): number | null {
  if (node === undefined || !("A_Const" in node) || node.A_Const.ival === undefined) return null;
  return node.A_Const.ival.ival ?? 0;
}
