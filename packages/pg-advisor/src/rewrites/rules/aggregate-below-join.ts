import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  aggregatesIn,
  aliasesIn,
  areComparableKeys,
  columnUse,
  equalityOf,
  factsOf,
  hasSublink,
  hasWindow,
  isBelowWith,
  nameOfCall,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import { aliasOf, flatten } from "../analysis/flat-level.ts";
import type { Level } from "../analysis/level.ts";
import { mayFail } from "../analysis/may-fail.ts";
import { groupExpressions, withNames } from "../analysis/targets.ts";
import {
  coalesce,
  columnRef,
  derivedTable,
  integerConstant,
  join,
  operation,
  selectOf,
  target,
  withWhere,
} from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, type RuleContext, type RuleOutcome, rewritten } from "./rule.ts";

interface TwoTables {
  readonly parent: Node;
  readonly child: Node;
  readonly isOuter: boolean;
  /** Conditions of the join. */
  readonly onChild: readonly Node[];
  readonly onParent: readonly Node[];
  readonly parentKey: Node;
  readonly childKey: Node;
}

/**
 * Aggregates the many rows before they meet the few (W. P. Yan and P.-Å. Larson, "Eager Aggregation and Lazy Aggregation", VLDB 1995), where
 * the groups are the rows of one table by its key: then each group meets exactly one row, and nothing is grouped again.
 */
export const aggregateBelowJoin: Rule = {
  name: "aggregate-below-join",
  does: "aggregates the joined rows by their key before the join in place of after it",
  apply: (level, context) => {
    const { select } = level;
    if (
      !isBelowWith(select) ||
      select.distinctClause !== undefined ||
      hasWindow([select.targetList])
    )
      return [];
    if (hasSublink([select.targetList, select.havingClause, select.whereClause])) return [];
    const groups = groupExpressions(select);
    const calls = aggregatesIn([select.targetList, select.havingClause, select.sortClause]);
    if (groups === null || groups.length === 0 || calls.length === 0) return [];
    return readTables(level).flatMap((tables) => push(tables, groups, level, context));
  },
};

function readTables(level: Level): readonly TwoTables[] {
  const flat = flatten(level.select);
  const [one, other] = flat.items;
  const sources = sourcesByAlias(level);
  if (flat.items.length === 1 && one !== undefined && "JoinExpr" in one) {
    const { jointype, larg, rarg, quals } = one.JoinExpr;
    if (jointype !== "JOIN_LEFT" || larg === undefined || rarg === undefined) return [];
    const tables = tie(larg, rarg, conjunctsOf(quals), flat.conditions, true, sources);
    return tables === null ? [] : [tables];
  }
  if (flat.items.length !== 2 || one === undefined || other === undefined) return [];
  return [
    tie(one, other, flat.conditions, [], false, sources),
    tie(other, one, flat.conditions, [], false, sources),
  ].filter((tables) => tables !== null);
}

function tie(
  parent: Node,
  child: Node,
  joining: readonly Node[],
  filtering: readonly Node[],
  isOuter: boolean,
  sources: ReturnType<typeof sourcesByAlias>,
): TwoTables | null {
  const [parentAlias, childAlias] = [aliasOf(parent), aliasOf(child)];
  if (
    parentAlias === null ||
    childAlias === null ||
    !("RangeVar" in parent) ||
    !("RangeVar" in child)
  )
    return null;
  const onChild: Node[] = [];
  const onParent: Node[] = [...filtering];
  const keys: { readonly parent: Node; readonly child: Node }[] = [];
  for (const condition of joining) {
    const named = aliasesIn(condition);
    const equality = equalityOf(condition);
    if (named.size === 1 && named.has(childAlias)) onChild.push(condition);
    else if (named.size <= 1 && !isOuter && [...named].every((alias) => alias === parentAlias))
      onParent.push(condition);
    else if (
      equality !== null &&
      columnUse(equality.left) !== null &&
      columnUse(equality.right) !== null
    ) {
      const isTurned: boolean = columnUse(equality.left)?.alias === childAlias;
      const a: Node = isTurned ? equality.right : equality.left;
      const b: Node = isTurned ? equality.left : equality.right;
      if (columnUse(a)?.alias !== parentAlias || columnUse(b)?.alias !== childAlias) return null;
      keys.push({ parent: a, child: b });
    } else return null;
  }
  const [key, another] = keys;
  if (key === undefined || another !== undefined) return null;
  if (
    filtering.some((condition) => [...aliasesIn(condition)].some((alias) => alias !== parentAlias))
  )
    return null;
  const types = [factsOf(columnUse(key.parent), sources), factsOf(columnUse(key.child), sources)];
  if (!areComparableKeys(types[0]?.type ?? null, types[1]?.type ?? null)) return null;
  return { parent, child, isOuter, onChild, onParent, parentKey: key.parent, childKey: key.child };
}

function push(
  tables: TwoTables,
  groups: readonly Node[],
  level: Level,
  context: RuleContext,
): readonly RuleOutcome[] {
  const { parent, child, childKey, parentKey } = tables;
  const parentAlias = aliasOf(parent) ?? "";
  const childAlias = aliasOf(child) ?? "";
  const source = level.sources.find(({ alias }) => alias === parentAlias);
  const uses = groups.map(columnUse);
  if (!uses.every((use) => use?.alias === parentAlias)) return [];
  const grouped = new Set(uses.map((use) => use?.column ?? ""));
  const key = columnUse(parentKey)?.column ?? "";
  const keys = source?.table?.keys ?? [];
  const isByRow = keys.some(
    (one) => one.isNeverNull && one.columns.every((column) => grouped.has(column)),
  );
  const isOneToMany = keys.some((one) => one.columns.length === 1 && one.columns[0] === key);
  if (!isByRow || !isOneToMany) return [];
  const named = withNames(level);
  const calls = aggregatesIn([named.targetList, named.havingClause, named.sortClause]);
  const isOfChild = calls.every(
    (one) =>
      one.agg_within_group !== true &&
      [...aliasesIn([one.args, one.agg_filter, one.agg_order])].every(
        (alias) => alias === childAlias,
      ),
  );
  if (!isOfChild || mayFail([calls, tables.onChild], context.analysis.sources)) return [];
  const alias = context.freshAlias("per_key");
  const aggregates: Node[] = [];
  const {
    groupClause: _group,
    havingClause,
    fromClause: _from,
    whereClause: _where,
    ...rest
  } = named;
  const outside = <Tree>(tree: Tree): Tree =>
    replaceNodes(tree, (node) => {
      if (!("FuncCall" in node) || aggregatesIn([node])[0] !== node.FuncCall) return undefined;
      const known = aggregates.findIndex((one) => isSame(one, node));
      const place = known < 0 ? aggregates.push(node) : known + 1;
      const column = columnRef(alias, `value_${place}`);
      if (!tables.isOuter || nameOfCall(node.FuncCall) !== "count") return column;
      // A row without a partner is one row of nulls: count(*) counts it, unless a filter does not.
      const isCounted = node.FuncCall.agg_star === true && node.FuncCall.agg_filter === undefined;
      return coalesce([column, integerConstant(isCounted ? 1 : 0)]);
    });
  const around = outside(rest);
  const conditions = [
    ...tables.onParent,
    ...(havingClause === undefined ? [] : conjunctsOf(outside(havingClause))),
  ];
  const hasOddFilter = tables.isOuter && calls.some((one) => one.agg_filter !== undefined);
  // What such a call makes of the row of nulls cannot be told from here.
  const seesNulls =
    tables.isOuter && calls.some((one) => nameOfCall(one) !== "count" && mayLikeNulls(one.args));
  const countsNulls =
    tables.isOuter &&
    calls.some(
      (one) => nameOfCall(one) === "count" && one.agg_star !== true && mayLikeNulls(one.args),
    );
  if (hasOddFilter || seesNulls || countsNulls || aliasesIn(around).has(childAlias)) return [];
  const perKey = withWhere(
    selectOf({
      targetList: [
        target(childKey, "key_1"),
        ...aggregates.map((one, index) => target(one, `value_${index + 1}`)),
      ],
      fromClause: [child],
      groupClause: [childKey],
    }),
    tables.onChild,
  );
  const derived = derivedTable(perKey, alias);
  const tied = operation("=", columnRef(alias, "key_1"), parentKey);
  const select = tables.isOuter
    ? withWhere({ ...around, fromClause: [join("JOIN_LEFT", parent, derived, tied)] }, conditions)
    : withWhere({ ...around, fromClause: [parent, derived] }, [...conditions, tied]);
  return [
    rewritten(
      select,
      `the rows of ${childAlias} are aggregated by their key before they are joined`,
    ),
  ];
}

/** Whether an argument is anything but a column, and so might be something where the column is null. */
function mayLikeNulls(args: readonly Node[] | undefined): boolean {
  return (args ?? []).some((arg) => columnUse(arg) === null);
}
