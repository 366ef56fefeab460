import type { Node, SelectStmt } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import { outputName } from "../analysis/output-name.ts";
import { integerConstant, target } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";

/** How the result of a statement is compared with that of another one that should say the same. */
export interface ComparableStatement {
  /** With its sort keys as further columns, and with variables in place of `$n`. */
  readonly tree: Node;
  /** Columns of the result itself: the first ones. */
  readonly width: number;
  /** Which columns the rows are sorted by, from 1. */
  readonly sortKeys: readonly number[];
  readonly isLimited: boolean;
  readonly hasTies: boolean;
}

/** The variable that stands for a parameter inside the comparing function. */
export function variableName(parameter: number): string {
  return `streamgate_parameter_${parameter}`;
}

/** Readies a statement for comparison: what it sorts by can be seen in each row. */
export function makeComparable(tree: Node, width: number): ComparableStatement {
  if (!("SelectStmt" in tree)) throw new TypeError("only a SELECT can be compared");
  const select = tree.SelectStmt;
  const { targets, sortKeys } = withSortKeys(select, width);
  const isLimited = select.limitCount !== undefined || select.limitOffset !== undefined;
  return {
    tree: withVariables({
      SelectStmt: targets === null ? select : { ...select, targetList: [...targets] },
    }),
    width,
    sortKeys,
    isLimited,
    hasTies: select.limitOption === "LIMIT_OPTION_WITH_TIES",
  };
}

/** LIMITs and OFFSETs beyond this would never be reached by a small database. */
const LONGEST_LIMIT = 8;

/** The constants of LIMIT and OFFSET in a statement that are too long for small databases. */
export function longLimits(tree: Node): ReadonlySet<number> {
  const found = new Set<number>();
  forEachLimit(tree, (value) => {
    if (value > LONGEST_LIMIT) found.add(value);
    return value;
  });
  return found;
}

/** A tree in which these LIMITs and OFFSETs are short: what holds for one number must hold for another. */
export function shortenLimits(tree: Node, long: ReadonlySet<number>): Node {
  return forEachLimit(tree, (value) => (long.has(value) ? (value % 4) + 1 : value));
}

function forEachLimit(tree: Node, change: (value: number) => number): Node {
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const isLimit = key === "limitCount" || key === "limitOffset";
        const node = inner as Node;
        if (!isLimit || !("A_Const" in node) || node.A_Const.ival === undefined)
          return [key, changed(inner)];
        return [key, integerConstant(change(node.A_Const.ival.ival ?? 0))];
      }),
    );
  };
  return changed(tree) as Node;
}

/** The same statement without its outermost LIMIT and OFFSET. */
export function withoutLimit(statement: ComparableStatement): ComparableStatement {
  const { tree } = statement;
  if (!("SelectStmt" in tree)) return statement;
  const { limitCount: _count, limitOffset: _offset, ...rest } = tree.SelectStmt;
  const select: SelectStmt = { ...rest, limitOption: "LIMIT_OPTION_DEFAULT" };
  return { ...statement, tree: { SelectStmt: select }, isLimited: false };
}

/** Targets are null where nothing had to be added. */
function withSortKeys(
  select: SelectStmt,
  width: number,
): { readonly targets: readonly Node[] | null; readonly sortKeys: readonly number[] } {
  const targets = select.targetList ?? [];
  const added: Node[] = [];
  const sortKeys: number[] = [];
  const isExpanded = targets.length === width;
  for (const item of select.sortClause ?? []) {
    const node = "SortBy" in item ? item.SortBy.node : undefined;
    if (node === undefined) continue;
    const position = isExpanded || isPosition(node) ? positionOf(node, targets) : null;
    if (position !== null) {
      sortKeys.push(position);
      continue;
    }
    const isDistinct = select.distinctClause !== undefined || select.op !== "SETOP_NONE";
    // What cannot be added is in the rows already, in a column that is not known by its place.
    if (isDistinct || isBareName(node)) continue;
    added.push(target(node, `streamgate_sort_${added.length + 1}`));
    sortKeys.push(width + added.length);
  }
  return { targets: added.length === 0 ? null : [...targets, ...added], sortKeys };
}

function isPosition(node: Node): boolean {
  return "A_Const" in node && node.A_Const.ival !== undefined;
}

function isBareName(node: Node): boolean {
  return "ColumnRef" in node && (node.ColumnRef.fields ?? []).length === 1;
}

function positionOf(node: Node, targets: readonly Node[]): number | null {
  if ("A_Const" in node && node.A_Const.ival !== undefined) return node.A_Const.ival.ival ?? null;
  if (!isBareName(node) || !("ColumnRef" in node)) return null;
  const name = namesOf(node.ColumnRef.fields)?.[0];
  const index = targets.findIndex((item) => outputName(item) === name);
  return index < 0 ? null : index + 1;
}

function withVariables(tree: Node): Node {
  return replaceNodes(tree, (node) =>
    "ParamRef" in node
      ? { ColumnRef: { fields: [{ String: { sval: variableName(node.ParamRef.number ?? 0) } }] } }
      : undefined,
  );
}
