import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { columnUse, factsOf, isPlain, sourcesByAlias } from "../analysis/expressions.ts";
import type { Analysis } from "../analysis/level.ts";
import { behind, expressionOf, isAmong, namedTargets, withoutStars } from "../analysis/targets.ts";
import { columnRef, operation, withWhere } from "../tree/build.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import type { CallerAdvice } from "./caller-advice.ts";

/**
 * OFFSET reads and throws away every page before; a keyset page begins after the last row that was shown. The result is another one, so the
 * caller must change: it sends the last row's sort keys in place of an offset (M. Winand, "We need tool support for keyset pagination").
 */
export function adviseKeysetPage({ tree, levels }: Analysis): CallerAdvice | null {
  const level = levels.find(({ role }) => role === "statement");
  if (level === undefined || !("SelectStmt" in tree)) return null;
  const { limitOffset, sortClause, ...rest } = level.select;
  if (limitOffset === undefined || sortClause === undefined) return null;
  const { limitCount: _count, ...unlimited } = rest;
  if (!isPlain(unlimited)) return null;
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
  const all = [...keys, ...added];
  const first = highestParameter(tree) + 1;
  const values = all.map((_, index): Node => ({ ParamRef: { number: first + index } }));
  const after = operation(isDown ? "<" : ">", rowOf(all), rowOf(values));
  const next: SelectStmt = {
    ...withWhere(rest, [...conjunctsOf(rest.whereClause), after]),
    sortClause: [
      ...sortClause,
      ...added.map(
        (node): Node => ({
          SortBy: { node, sortby_dir: direction, sortby_nulls: "SORTBY_NULLS_DEFAULT" },
        }),
      ),
    ],
  };
  const shown = namedTargets(level).flatMap((item) => expressionOf(item) ?? []);
  const text = deparseFaithfully({ SelectStmt: next });
  if (text === null) return null;
  const hidden = all.filter((key) => !isAmong(key, shown)).length;
  return {
    kind: "keyset page",
    text,
    callerMust: `send the sort keys of the last row that was shown as $${first}${all.length > 1 ? ` to $${first + all.length - 1}` : ""} in place of an offset${hidden > 0 ? ", and select them" : ""}; the first page has no such condition`,
  };
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
