import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  aliasesIn,
  columnsOf,
  columnUse,
  equalityOf,
  factsOf,
  isOneSelect,
  mayStandFor,
  outerAliases,
} from "../analysis/expressions.ts";
import { aliasOf, flatten } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { mayFail } from "../analysis/may-fail.ts";
import { outputName } from "../analysis/output-name.ts";
import { expressionOf, groupExpressions, isAmong } from "../analysis/targets.ts";
import { inSelect, selectOf, target, withWhere } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, type RuleContext, type RuleOutcome, rewritten } from "./rule.ts";

/** Sideways information: groups that no row will join are not computed ("magic sets", C. Beeri and R. Ramakrishnan, PODS 1987). */
export const restrictGroupedSubquery: Rule = {
  name: "restrict-grouped-subquery",
  does: "computes only those groups of a joined subquery that some row asks for",
  apply: (level, context) => {
    const flat = flatten(level.select);
    const joins = [...flat.conditions, ...flat.items.flatMap(outerConditions)];
    return level.sources.flatMap((source) => {
      if (source.query === null || source.isLateral) return [];
      const query = source.query;
      return joins.flatMap((condition) =>
        restrict(source.alias, query, condition, flat.conditions, level, context),
      );
    });
  },
};

/** Conditions of a LEFT JOIN that stands at the top of an item. */
function outerConditions(item: Node): readonly Node[] {
  if (!("JoinExpr" in item) || item.JoinExpr.jointype !== "JOIN_LEFT") return [];
  return conjunctsOf(item.JoinExpr.quals);
}

function restrict(
  alias: string,
  query: SelectStmt,
  condition: Node,
  conditions: readonly Node[],
  level: Level,
  context: RuleContext,
): readonly RuleOutcome[] {
  const groups = isOneSelect(query) ? groupExpressions(query) : null;
  const equality = equalityOf(condition);
  if (groups === null || groups.length === 0 || equality === null) return [];
  const { left, right } = equality;
  const [key, asker] = columnUse(left)?.alias === alias ? [left, right] : [right, left];
  const [keyUse, askerUse] = [columnUse(key), columnUse(asker)];
  if (keyUse?.alias !== alias || askerUse === null || askerUse.alias === alias) return [];
  const output = (query.targetList ?? []).find((item) => outputName(item) === keyUse.column);
  const inner = output === undefined ? undefined : expressionOf(output);
  if (inner === undefined || columnUse(inner) === null || !isAmong(inner, groups)) return [];
  const { sources } = context.analysis;
  const innerFacts = factsOf(columnUse(inner), sources);
  if (!mayStandFor(innerFacts, factsOf(askerUse, sources))) return [];
  const item = flatten(level.select).items.find((one) => aliasOf(one) === askerUse.alias);
  if (item === undefined || !("RangeVar" in item)) return [];
  const local = conditions.filter((one) => {
    const named = aliasesIn(one);
    return named.has(askerUse.alias) && outerAliases(one).size === 1;
  });
  if (local.length === 0 || mayFail(local, sources)) return [];
  const isKnown = conjunctsOf(query.whereClause).some((one) => aboutKey(one, inner));
  if (isKnown) return [];
  const onlyKey = local.filter((one) => {
    const columns = columnsOf(askerUse.alias, one);
    return columns.size === 1 && columns.has(askerUse.column);
  });
  const added =
    onlyKey.length === local.length
      ? local.map((one) => replaceNodes(one, (node) => (isSame(node, asker) ? inner : undefined)))
      : [
          inSelect(
            inner,
            withWhere(selectOf({ targetList: [target(asker)], fromClause: [item] }), local),
          ),
        ];
  const narrowed = withWhere(query, [...conjunctsOf(query.whereClause), ...added]);
  const select = replaceNodes(level.select, (node) =>
    "RangeSubselect" in node && aliasOf(node) === alias
      ? { RangeSubselect: { ...node.RangeSubselect, subquery: { SelectStmt: narrowed } } }
      : undefined,
  );
  return [
    rewritten(select, `only those groups are computed that a row of ${askerUse.alias} asks for`),
  ];
}

/** Whether the key is already held to a subquery. */
function aboutKey(condition: Node, key: Node): boolean {
  if (!("SubLink" in condition)) return false;
  return isSame(condition.SubLink.testexpr, key);
}
