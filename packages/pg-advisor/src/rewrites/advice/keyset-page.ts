import type { Node, SelectStmt, SortByDir } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, factsOf, isPlain, sourcesByAlias } from "../analysis/expressions.ts";
import type { Analysis, Level } from "../analysis/level.ts";
import { behind, expressionOf, isAmong, namedTargets, withoutStars } from "../analysis/targets.ts";
import { columnRef, operation, withWhere } from "../tree/build.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import { replaceNodes } from "../tree/replace.ts";
import type { CallerAdvice } from "./caller-advice.ts";

/** The names of the sort keys in a reference, with their place from 1. */
export const KEY_NAME = "streamgate_key_";

/** A page behind a key, and what it takes to show that it is the page behind the offset. */
export interface KeysetPage {
  /** Gives the page behind the row whose sort keys it is sent. */
  readonly text: string;
  /** Where each of its parameters comes from: one of the statement's own by its number, or a sort key by its place. */
  readonly parameters: readonly ({ readonly own: number } | { readonly key: number })[];
  /** The statement as it is, ordered to the last tie, with the sort keys behind its columns. */
  readonly reference: string;
  /** How many sort keys there are. */
  readonly keys: number;
  /** The parameter that holds the offset; null where it is written into the statement. */
  readonly offset: number | null;
  readonly callerMust: string;
}

/**
 * OFFSET reads and throws away every page before; a keyset page begins after the last row that was shown. The result is another one, so the
 * caller must change: it sends the last row's sort keys in place of an offset (M. Winand, "We need tool support for keyset pagination").
 */
export function adviseKeysetPage(analysis: Analysis): CallerAdvice | null {
  const page = planKeysetPage(analysis);
  return page === null
    ? null
    : { kind: "keyset page", text: page.text, callerMust: page.callerMust };
}

/** Null where the order has no key that is never null, or where the rows are not those of one table. */
export function planKeysetPage({ tree, levels }: Analysis): KeysetPage | null {
  const level = levels.find(({ role }) => role === "statement");
  if (level === undefined || !("SelectStmt" in tree)) return null;
  const { limitOffset, sortClause, ...rest } = level.select;
  if (limitOffset === undefined || sortClause === undefined) return null;
  const { limitCount: _count, ...unlimited } = rest;
  if (!isPlain(unlimited)) return null;
  const order = totalOrder(level, sortClause);
  if (order === null) return null;
  const { all, added, isDown, direction } = order;
  const first = highestParameter(tree) + 1;
  const values = all.map((_, index): Node => ({ ParamRef: { number: first + index } }));
  const after = operation(isDown ? "<" : ">", rowOf(all), rowOf(values));
  const fullSort = [
    ...sortClause,
    ...added.map(
      (node): Node => ({
        SortBy: { node, sortby_dir: direction, sortby_nulls: "SORTBY_NULLS_DEFAULT" },
      }),
    ),
  ];
  const next: SelectStmt = {
    ...withWhere(rest, [...conjunctsOf(rest.whereClause), after]),
    sortClause: fullSort,
  };
  const closed = withoutGaps({ SelectStmt: next });
  const text = deparseFaithfully(closed.tree);
  const reference = deparseFaithfully({
    SelectStmt: {
      ...level.select,
      sortClause: fullSort,
      targetList: [...(level.select.targetList ?? []), ...all.map(asKey)],
    },
  });
  if (text === null || reference === null) return null;
  const shown = namedTargets(level).flatMap((item) => expressionOf(item) ?? []);
  const hidden = all.filter((key) => !isAmong(key, shown)).length;
  const sent = all.map((_, index) => `$${closed.numbers.indexOf(first + index) + 1}`);
  return {
    text,
    reference,
    parameters: closed.numbers.map((number) =>
      number < first ? { own: number } : { key: number - first },
    ),
    keys: all.length,
    offset: "ParamRef" in limitOffset ? (limitOffset.ParamRef.number ?? null) : null,
    callerMust: `send the sort keys of the last row that was shown as ${[sent[0], ...sent.slice(1).slice(-1)].join(" to ")} in place of an offset${hidden > 0 ? ", and select them" : ""}; the first page has no such condition`,
  };
}

interface TotalOrder {
  /** The sort's own keys and what tells ties apart. */
  readonly all: readonly Node[];
  readonly added: readonly Node[];
  readonly isDown: boolean;
  readonly direction: SortByDir;
}

/** One direction, no nulls, and a key of the table behind: then a row's keys say where the next page begins. */
function totalOrder(level: Level, sortClause: readonly Node[]): TotalOrder | null {
  const sources = sourcesByAlias(level);
  const [source] = level.sources;
  const sorts = sortClause.map((item) => ("SortBy" in item ? item.SortBy : {}));
  const expressions = sorts.map(({ node }) =>
    node === undefined ? undefined : behind(node, withoutStars(level)),
  );
  const keys = expressions.filter((one): one is Node => one !== undefined);
  const direction = sorts[0]?.sortby_dir ?? "SORTBY_DEFAULT";
  const isDown = direction === "SORTBY_DESC";
  const isOneWay = sorts.every((one) => (one.sortby_dir === "SORTBY_DESC") === isDown);
  if (keys.length !== sorts.length || !isOneWay) return null;
  if (keys.some((key) => factsOf(columnUse(key), sources)?.isNotNull !== true)) return null;
  const unique = source?.table?.keys.find(({ isNeverNull }) => isNeverNull);
  if (source === undefined || unique === undefined || level.sources.length !== 1) return null;
  const added = unique.columns
    .map((column) => columnRef(source.alias, column))
    .filter((key) => !isAmong(key, keys));
  return { all: [...keys, ...added], added, isDown, direction };
}

function asKey(node: Node, index: number): Node {
  return { ResTarget: { name: `${KEY_NAME}${index + 1}`, val: node } };
}

/** PostgreSQL refuses `$5` where nothing is said of `$4`: the parameters that are left move up. */
function withoutGaps(tree: Node): { readonly tree: Node; readonly numbers: readonly number[] } {
  const used = new Set<number>();
  replaceNodes(tree, (node) => {
    if ("ParamRef" in node) used.add(node.ParamRef.number ?? 0);
    return undefined;
  });
  const numbers = [...used].sort((one, other) => one - other);
  const closed = replaceNodes(tree, (node) =>
    "ParamRef" in node
      ? { ParamRef: { number: numbers.indexOf(node.ParamRef.number ?? 0) + 1 } }
      : undefined,
  );
  return { tree: closed, numbers };
}

/** One column stands by itself: `(a) > (b)` would be read as `a > b`. */
function rowOf(nodes: readonly Node[]): Node {
  const [only, another] = nodes;
  return only !== undefined && another === undefined
    ? only
    : { RowExpr: { args: [...nodes], row_format: "COERCE_IMPLICIT_CAST" } };
}

function highestParameter(tree: Node): number {
  return Math.max(
    0,
    ...[...JSON.stringify(tree).matchAll(/"ParamRef":\{"number":(\d+)/g)].map(([, number]) =>
      Number(number),
    ),
  );
}
