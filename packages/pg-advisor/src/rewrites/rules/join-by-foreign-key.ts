import type { Node } from "@pgsql/types";
import {
  aliasesIn,
  columnsOf,
  columnUse,
  equalityOf,
  isBelowWith,
  mayStandFor,
  namesOneRow,
} from "../analysis/expressions.ts";
import { aliasOf, flatten, unflatten } from "../analysis/flat-level.ts";
import type { Level, Source } from "../analysis/level.ts";
import { withNames } from "../analysis/targets.ts";
import type { ColumnFacts } from "../catalogue/catalogue.ts";
import { columnRef, nullTest } from "../tree/build.ts";
import { replaceNodes } from "../tree/replace.ts";
import { type Rule, type RuleOutcome, refused, rewritten } from "./rule.ts";

/** An inner join by a foreign key finds exactly one row; where nothing else is read of it, it need not be found. */
export const joinByForeignKey: Rule = {
  name: "join-by-foreign-key",
  does: "leaves out a joined table of which only the key is read, since a foreign key promises its row",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const flat = flatten(level.select);
    const alone = new Set(
      flat.items.flatMap((item) => ("RangeVar" in item ? (aliasOf(item) ?? []) : [])),
    );
    return level.sources.flatMap((parent) =>
      alone.has(parent.alias) ? eliminate(parent, level) : [],
    );
  },
};

function eliminate(parent: Source, level: Level): readonly RuleOutcome[] {
  if (parent.table === null) return [];
  const flat = flatten(level.select);
  const named = withNames(level);
  const { fromClause: _from, whereClause: _where, ...rest } = named;
  const items = flat.items.filter((item) => aliasOf(item) !== parent.alias);
  const used = columnsOf(parent.alias, [rest, items, flat.conditions]);
  for (const child of level.sources) {
    if (child.table === null || child.isOuter || child.alias === parent.alias) continue;
    for (const reference of child.table.references()) {
      if (
        reference.parent !== parent.table ||
        !namesOneRow(parent, new Set(reference.parentColumns))
      )
        continue;
      if (![...used].every((column) => reference.parentColumns.includes(column))) continue;
      const pairs = reference.columns.map((column, index) => ({
        child: columnRef(child.alias, column),
        column,
        parentColumn: reference.parentColumns[index] ?? "",
      }));
      const joins = pairs.map((pair) =>
        flat.conditions.find((one) => isJoin(one, child, pair, parent)),
      );
      if (joins.includes(undefined)) continue;
      const areAlike = pairs.every(({ column, parentColumn }) =>
        isAlike(factsIn(child, column), factsIn(parent, parentColumn)),
      );
      if (!areAlike)
        return [
          refused(
            null,
            `the foreign key to ${parent.alias} joins types of which equal values may look different`,
          ),
        ];
      const byColumn = new Map(pairs.map((pair) => [pair.parentColumn, pair.child]));
      const instead = <Tree>(tree: Tree): Tree =>
        replaceNodes(tree, (node) => {
          const use = columnUse(node);
          return use?.alias === parent.alias ? byColumn.get(use.column) : undefined;
        });
      const others = flat.conditions.filter((one) => !joins.includes(one));
      const needed = pairs
        .filter(({ column }) =>
          child.columns.some(({ name, isNotNull }) => name === column && !isNotNull),
        )
        .map((pair) => nullTest(pair.child, false));
      const select = unflatten(instead({ ...rest, fromClause: [] }), {
        items: instead(items),
        conditions: [...instead(others), ...needed],
      });
      if (items.length === 0 || aliasesIn(select).has(parent.alias)) continue;
      return [
        rewritten(
          select,
          `a foreign key promises each row its row of ${parent.alias}, of which nothing else is read`,
        ),
      ];
    }
  }
  return [];
}

function isJoin(
  condition: Node,
  child: Source,
  pair: { readonly column: string; readonly parentColumn: string },
  parent: Source,
): boolean {
  const equality = equalityOf(condition);
  const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
  if (left === null || right === null) return false;
  const is = (use: { alias: string; column: string }, source: Source, column: string): boolean =>
    use.alias === source.alias && use.column === column;
  return (
    (is(left, child, pair.column) && is(right, parent, pair.parentColumn)) ||
    (is(right, child, pair.column) && is(left, parent, pair.parentColumn))
  );
}

function factsIn(source: Source, column: string): ColumnFacts | null {
  return source.columns.find(({ name }) => name === column) ?? null;
}

/** Of one type, too: what was shown of the parent is shown of the child. */
function isAlike(one: ColumnFacts | null, other: ColumnFacts | null): boolean {
  return one?.type === other?.type && mayStandFor(one, other);
}
