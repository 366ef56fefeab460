import type { Node, SelectStmt } from "@pgsql/types";
import {
  aggregatesIn,
  aliasesIn,
  columnUse,
  equalityOf,
  isBelowWith,
  isLimited,
  isOneSelect,
} from "../analysis/expressions.ts";
import { aliasOf, flatten, unflatten } from "../analysis/flat-level.ts";
import type { Level, Source } from "../analysis/level.ts";
import { outputName } from "../analysis/output-name.ts";
import { expressionOf, groupExpressions, isAmong, withNames } from "../analysis/targets.ts";
import { columnRef, derivedTable, selectOf, target, withWhere } from "../tree/build.ts";
import { renameAliases, replaceNodes } from "../tree/replace.ts";
import { type Rule, type RuleContext, type RuleOutcome, rewritten } from "./rule.ts";

/** `t join (select k, max(x) from t group by k)` reads t twice where a window reads it once. */
export const selfJoinToWindow: Rule = {
  name: "self-join-to-window",
  does: "computes the groups of a table by a window over it in place of joining it with its own groups",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    return level.sources.flatMap((groups) =>
      groups.query === null || groups.isOuter || groups.isLateral
        ? []
        : level.sources.flatMap((rows) => attempt(rows, groups, groups.query, level, context)),
    );
  },
};

function attempt(
  rows: Source,
  groups: Source,
  query: SelectStmt | null,
  level: Level,
  context: RuleContext,
): readonly RuleOutcome[] {
  if (query === null || rows.table === null || rows.isOuter) return [];
  const flat = flatten(level.select);
  const item = flat.items.find((one) => aliasOf(one) === rows.alias);
  if (
    item === undefined ||
    !("RangeVar" in item) ||
    !flat.items.some((one) => aliasOf(one) === groups.alias)
  )
    return [];
  const inner = flatten(query);
  const [innerItem, another] = inner.items;
  const keys = groupExpressions(query);
  if (
    !isOneSelect(query) ||
    query.havingClause !== undefined ||
    isLimited(query) ||
    query.distinctClause !== undefined
  )
    return [];
  if (innerItem === undefined || another !== undefined || keys === null || keys.length === 0)
    return [];
  const innerAlias = aliasOf(innerItem) ?? "";
  const innerSource = context.analysis.sources.get(innerAlias);
  if (innerSource?.table !== rows.table || keys.some((key) => columnUse(key) === null)) return [];
  const renaming = new Map([[innerAlias, rows.alias]]);
  const own = inner.conditions.map((condition) => renameAliases(condition, renaming));
  if (own.some((condition) => aliasesIn(condition).size > 1)) return [];
  if (!own.every((condition) => isAmong(condition, flat.conditions))) return [];
  const outputs = new Map<string, Node>();
  for (const output of query.targetList ?? []) {
    const value = expressionOf(output);
    const name = outputName(output);
    if (value !== undefined && name !== null) outputs.set(name, value);
  }
  const partition = keys.map((key) => renameAliases(key, renaming));
  const isTied = keys.every((key, index) => {
    const column = columnUse(key)?.column ?? "";
    const fact = rows.columns.find(({ name }) => name === column);
    const output = [...outputs].find(([, value]) => columnUse(value)?.column === column)?.[0];
    const tie = flat.conditions.find((condition) => {
      const equality = equalityOf(condition);
      const sides = [columnUse(equality?.left), columnUse(equality?.right)];
      return (
        sides.some((side) => side?.alias === groups.alias && side.column === output) &&
        sides.some(
          (side) =>
            side?.alias === rows.alias && side.column === columnUse(partition[index])?.column,
        )
      );
    });
    return fact?.isNotNull === true && output !== undefined && tie !== undefined;
  });
  const calls = aggregatesIn(query.targetList);
  if (!isTied || calls.some((one) => one.agg_distinct === true || one.agg_within_group === true))
    return [];
  return [build(rows, groups, item, own, outputs, partition, renaming, level, context)];
}

function build(
  rows: Source,
  groups: Source,
  item: Node,
  own: readonly Node[],
  outputs: ReadonlyMap<string, Node>,
  partition: readonly Node[],
  renaming: ReadonlyMap<string, string>,
  level: Level,
  context: RuleContext,
): RuleOutcome {
  const alias = context.freshAlias("with_window");
  const windows = new Map<string, string>();
  const columns = new Set<string>();
  const instead = <Tree>(tree: Tree): Tree =>
    replaceNodes(tree, (node) => {
      const use = columnUse(node);
      if (use?.alias === rows.alias) {
        columns.add(use.column);
        return columnRef(alias, use.column);
      }
      if (use?.alias !== groups.alias) return undefined;
      const value = outputs.get(use.column);
      const plain = columnUse(value);
      if (plain !== null) {
        columns.add(plain.column);
        return columnRef(alias, plain.column);
      }
      const name = windows.get(use.column) ?? `window_${windows.size + 1}`;
      windows.set(use.column, name);
      return columnRef(alias, name);
    });
  const flat = flatten(level.select);
  const { fromClause: _from, whereClause: _where, withClause, ...rest } = withNames(level);
  const around = instead(rest);
  const kept = flat.items.filter(
    (one) => aliasOf(one) !== rows.alias && aliasOf(one) !== groups.alias,
  );
  const conditions = instead(flat.conditions.filter((one) => !isAmong(one, own))).filter(
    (one) => !isTrivial(one),
  );
  const items = instead(kept);
  const inner = withWhere(
    selectOf({
      targetList: [
        ...[...columns].map((column) => target(columnRef(rows.alias, column), column)),
        ...[...windows].flatMap(([output, name]) => {
          const value = outputs.get(output);
          return value === undefined
            ? []
            : [target(overPartition(renameAliases(value, renaming), partition), name)];
        }),
      ],
      fromClause: [item],
    }),
    own,
  );
  const select = unflatten(
    { ...around, ...(withClause === undefined ? {} : { withClause }) },
    {
      items: [derivedTable(inner, alias), ...items],
      conditions,
    },
  );
  return rewritten(
    select,
    `${rows.alias} is read once, with a window in place of a join with its own groups`,
  );
}

/** `d.k = d.k` of a column that is never null: what is left of the join. */
function isTrivial(condition: Node): boolean {
  const equality = equalityOf(condition);
  const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
  return (
    left !== null && right !== null && left.alias === right.alias && left.column === right.column
  );
}

function overPartition(value: Node, partitionClause: readonly Node[]): Node {
  return replaceNodes(value, (node) =>
    "FuncCall" in node && aggregatesIn([node])[0] === node.FuncCall
      ? {
          FuncCall: {
            ...node.FuncCall,
            over: { partitionClause: [...partitionClause], frameOptions: 1058 },
          },
        }
      : undefined,
  );
}
