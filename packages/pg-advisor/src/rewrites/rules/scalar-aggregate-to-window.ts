import type { FuncCall, Node, SelectStmt } from "@pgsql/types";
import {
  aggregatesIn,
  columnUse,
  equalityOf,
  factsOf,
  isBelowWith,
  namesOneRow,
} from "../analysis/expressions.ts";
import { aliasOf, type FlatLevel, flatten, unflatten } from "../analysis/flat-level.ts";
import type { Analysis, Level } from "../analysis/level.ts";
import { isAmong, withNames } from "../analysis/targets.ts";
import { columnRef, derivedTable, selectOf, target, withWhere } from "../tree/build.ts";
import { renameAliases, replaceNodes } from "../tree/replace.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, type RuleContext, type RuleOutcome, refused, rewritten } from "./rule.ts";
import {
  type CorrelatedAggregate,
  correlatedScalars,
  readCorrelatedAggregate,
} from "./scalar-subqueries.ts";

/**
 * A subquery that aggregates rows which the query around it reads anyway becomes a window over these (C. Zuzarte et al., "WinMagic:
 * Subquery Elimination Using Window Aggregation", SIGMOD 2003).
 */
export const scalarAggregateToWindow: Rule = {
  name: "scalar-aggregate-to-window",
  does: "computes an aggregate over the rows that are read anyway, by a window, in place of a subquery a row",
  apply: (level, context) => {
    if (!isBelowWith(level.select)) return [];
    const flat = flatten(level.select);
    if (flat.items.some((item) => aliasOf(item) === null)) return [];
    return flat.conditions.flatMap((condition) =>
      correlatedScalars(condition, level).flatMap((node) => {
        const read = readCorrelatedAggregate(node, level, context.analysis);
        return read.outcome === "refused"
          ? []
          : attempt(read.result, condition, flat, level, context);
      }),
    );
  },
};

function attempt(
  read: CorrelatedAggregate,
  condition: Node,
  flat: FlatLevel,
  level: Level,
  context: RuleContext,
): readonly RuleOutcome[] {
  if (
    aggregatesIn(read.value).some(
      (call) => call.agg_distinct === true || call.agg_within_group === true,
    )
  )
    return [];
  const inner = flatten(read.query);
  const own = [...inner.conditions].filter((one) => !isKeyCondition(one, read));
  const others = flat.conditions.filter((one) => one !== condition);
  const mapping = mapTables(inner.items, flat.items, own, others, context.analysis);
  if (mapping === null) return [];
  const keys = read.keys.map((key) => ({
    inner: renameAliases(key.inner, mapping),
    outer: key.outer,
  }));
  const because = objectionTo(keys, mapping, own, others, flat, context.analysis);
  if (because !== null) return [refused(read.node, because)];
  const partition = keys.map((key) => key.inner);
  const value = replaceNodes(renameAliases(read.value, mapping), (node) =>
    "FuncCall" in node && aggregatesIn([node])[0] === node.FuncCall
      ? { FuncCall: overPartition(node.FuncCall, partition) }
      : undefined,
  );
  return [
    rewritten(
      wrap(level, flat, others, condition, read.node, value, context),
      "the aggregate is a window over the rows that are read anyway",
    ),
  ];
}

function isKeyCondition(condition: Node, { keys }: CorrelatedAggregate): boolean {
  const equality = equalityOf(condition);
  if (equality === null) return false;
  const { left, right } = equality;
  return keys.some(
    (key) =>
      (isSame(key.inner, left) && isSame(key.outer, right)) ||
      (isSame(key.inner, right) && isSame(key.outer, left)),
  );
}

function overPartition(call: FuncCall, partitionClause: readonly Node[]): FuncCall {
  // RANGE UNBOUNDED PRECEDING to CURRENT ROW, as the parser writes a window without a frame.
  return { ...call, over: { partitionClause: [...partitionClause], frameOptions: 1058 } };
}

/** Pairs each inner table with an outer one of the same name so that all inner conditions are outer ones too. */
function mapTables(
  inner: readonly Node[],
  outer: readonly Node[],
  own: readonly Node[],
  others: readonly Node[],
  analysis: Analysis,
): ReadonlyMap<string, string> | null {
  const tableOf = (item: Node) => {
    const alias = aliasOf(item);
    const source = alias === null ? undefined : analysis.sources.get(alias);
    return source?.table ?? null;
  };
  const search = (
    rest: readonly Node[],
    used: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> | null => {
    const [item, ...further] = rest;
    if (item === undefined) {
      return own.every(
        (one) =>
          isAmong(renameAliases(one, used), others) ||
          isTurnedAmong(renameAliases(one, used), others),
      )
        ? used
        : null;
    }
    const table = tableOf(item);
    const alias = aliasOf(item);
    if (table === null || alias === null) return null;
    const taken = new Set(used.values());
    for (const candidate of outer) {
      const name = aliasOf(candidate);
      if (name === null || taken.has(name) || tableOf(candidate) !== table) continue;
      const found = search(further, new Map([...used, [alias, name]]));
      if (found !== null) return found;
    }
    return null;
  };
  return search(inner, new Map());
}

/** `a = b` among conditions that say `b = a`. */
function isTurnedAmong(condition: Node, others: readonly Node[]): boolean {
  const equality = equalityOf(condition);
  if (equality === null) return false;
  return others.some((other) => {
    const one = equalityOf(other);
    return one !== null && isSame(one.left, equality.right) && isSame(one.right, equality.left);
  });
}

/** Why the rows of a partition may not be those of the subquery; null where they are. */
function objectionTo(
  keys: readonly { readonly inner: Node; readonly outer: Node }[],
  mapping: ReadonlyMap<string, string>,
  own: readonly Node[],
  others: readonly Node[],
  flat: FlatLevel,
  analysis: Analysis,
): string | null {
  const image = new Set(mapping.values());
  const mapped = own.map((one) => renameAliases(one, mapping));
  const remaining = others.filter(
    (one) => !isAmong(one, mapped) && !mapped.some((two) => isTurnedAmong(one, [two])),
  );
  const extra = flat.items
    .flatMap((item) => aliasOf(item) ?? [])
    .filter((alias) => !image.has(alias));
  const [single, another] = extra;
  if (another !== undefined)
    return "the query around it reads more tables than the key names rows of";
  const isJoined = keys.every(({ inner, outer }) => {
    if (isSame(inner, outer))
      return factsOf(columnUse(inner), analysis.sources)?.isNotNull === true;
    return others.some((one) => {
      const equality = equalityOf(one);
      if (equality === null) return false;
      return (
        (isSame(equality.left, inner) && isSame(equality.right, outer)) ||
        (isSame(equality.left, outer) && isSame(equality.right, inner))
      );
    });
  });
  if (!isJoined) return "its key may be null, or differ from the row's own";
  const determined = new Set<string>(
    keys.flatMap(({ inner, outer }) => [columnText(inner), columnText(outer)]),
  );
  if (single !== undefined) {
    const columns = new Set(
      keys.flatMap(({ outer }) => {
        const use = columnUse(outer);
        return use?.alias === single ? [use.column] : [];
      }),
    );
    const source = analysis.sources.get(single);
    if (source === undefined || !namesOneRow(source, columns)) {
      return `its key does not name one row of ${single}`;
    }
  }
  const dependsOnKeyAlone = remaining.every((condition) =>
    columnsIn(condition).every(
      (use) => use.alias === single || determined.has(`${use.alias}.${use.column}`),
    ),
  );
  return dependsOnKeyAlone
    ? null
    : "another condition would leave out rows that the subquery counts";
}

function columnText(node: Node): string {
  const use = columnUse(node);
  return use === null ? "" : `${use.alias}.${use.column}`;
}

function columnsIn(part: unknown): readonly { readonly alias: string; readonly column: string }[] {
  const found: { alias: string; column: string }[] = [];
  replaceNodes(part, (node) => {
    const use = columnUse(node);
    if (use !== null) found.push(use);
    return undefined;
  });
  return found;
}

/** The rows with their window in a derived table, and around it what compares them. */
function wrap(
  level: Level,
  flat: FlatLevel,
  others: readonly Node[],
  condition: Node,
  node: Node,
  value: Node,
  context: RuleContext,
): SelectStmt {
  const alias = context.freshAlias("with_window");
  const own = new Set(level.sources.map((source) => source.alias));
  const columns = new Map<string, { readonly name: string; readonly node: Node }>();
  const outside = <Tree>(tree: Tree): Tree =>
    replaceNodes(tree, (one) => {
      const use = columnUse(one);
      if (use === null || !own.has(use.alias)) return undefined;
      const key = `${use.alias}.${use.column}`;
      const known = columns.get(key) ?? { name: `${use.alias}_${use.column}`, node: one };
      columns.set(key, known);
      return columnRef(alias, known.name);
    });
  const compared = outside(
    replaceNodes(condition, (one) =>
      isSame(one, node) ? columnRef("streamgate window", "value") : undefined,
    ),
  );
  const finished = replaceNodes(compared, (one) =>
    columnUse(one)?.alias === "streamgate window" ? columnRef(alias, "window_value") : undefined,
  );
  const { fromClause: _from, whereClause: _where, withClause, ...rest } = withNames(level);
  const around = outside(rest);
  const inner = unflatten(
    selectOf({
      targetList: [
        ...[...columns.values()].map((one) => target(one.node, one.name)),
        target(value, "window_value"),
      ],
    }),
    { items: flat.items, conditions: others },
  );
  const select = withWhere({ ...around, fromClause: [derivedTable(inner, alias)] }, [finished]);
  return withClause === undefined ? select : { ...select, withClause };
}
