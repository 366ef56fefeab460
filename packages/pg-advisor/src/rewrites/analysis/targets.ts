import type { Node, SelectStmt } from "@pgsql/types";
import { columnRef, target } from "../tree/build.ts";
import { isSame } from "../tree/same.ts";
import type { Level } from "./level.ts";
import { starOf } from "./level-output.ts";
import { outputName } from "./output-name.ts";

/** The output expressions with the names that they have, stars written out. */
export function namedTargets(level: Level): readonly Node[] {
  return (level.select.targetList ?? []).flatMap((item): readonly Node[] => {
    const val = "ResTarget" in item ? item.ResTarget.val : undefined;
    if (val === undefined) return [item];
    const star = starOf(val);
    if (star === null) return [target(val, outputName(item) ?? "?column?")];
    return level.sources
      .filter(({ alias }) => star === "*" || star === alias)
      .flatMap(({ alias, columns }) =>
        columns.map(({ name }) => target(columnRef(alias, name), name)),
      );
  });
}

/** The level's SELECT with its stars written out, where it has any; else as it is. */
export function withoutStars(level: Level): SelectStmt {
  const hasStar = (level.select.targetList ?? []).some(
    (item) =>
      "ResTarget" in item &&
      item.ResTarget.val !== undefined &&
      starOf(item.ResTarget.val) !== null,
  );
  return hasStar ? { ...level.select, targetList: [...namedTargets(level)] } : level.select;
}

/** The level's SELECT with every output's name written out, so that its expressions may be changed. */
export function withNames(level: Level): SelectStmt {
  return { ...level.select, targetList: [...namedTargets(level)] };
}

export function expressionOf(item: Node): Node | undefined {
  return "ResTarget" in item ? item.ResTarget.val : undefined;
}

/** What is grouped by: places and names of outputs replaced by what they stand for; null for grouping sets. */
export function groupExpressions(select: SelectStmt): readonly Node[] | null {
  const expressions: Node[] = [];
  for (const item of select.groupClause ?? []) {
    if ("GroupingSet" in item || "RowExpr" in item) return null;
    const expression = behind(item, select);
    if (expression === undefined) return null;
    expressions.push(expression);
  }
  return expressions;
}

/** The expression that a place or a bare output name in GROUP BY or ORDER BY stands for. */
export function behind(node: Node, select: SelectStmt): Node | undefined {
  const targets = select.targetList ?? [];
  if ("A_Const" in node && node.A_Const.ival !== undefined) {
    const item = targets[(node.A_Const.ival.ival ?? 0) - 1];
    return item === undefined ? undefined : expressionOf(item);
  }
  if ("ColumnRef" in node && (node.ColumnRef.fields ?? []).length === 1) {
    const [field] = node.ColumnRef.fields ?? [];
    const name = field !== undefined && "String" in field ? field.String.sval : undefined;
    const item = targets.find((one) => outputName(one) === name);
    return item === undefined ? undefined : expressionOf(item);
  }
  return node;
}

/** Whether an expression stands among others. */
export function isAmong(expression: Node, others: readonly Node[]): boolean {
  return others.some((other) => isSame(other, expression));
}

/** Whether everything that ORDER BY names is an output, by name or place, so that the order survives around a subquery. */
export function sortsByOutputs(select: SelectStmt): boolean {
  return (select.sortClause ?? []).every((item) => {
    const node = "SortBy" in item ? item.SortBy.node : undefined;
    if (node === undefined) return false;
    if ("A_Const" in node) return true;
    return "ColumnRef" in node && (node.ColumnRef.fields ?? []).length === 1;
  });
}
