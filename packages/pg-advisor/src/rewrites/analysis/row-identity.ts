import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { factsOfExpression, typeOfCast } from "./expression-facts.ts";
import {
  areComparableKeys,
  columnUse,
  equalityOf,
  isConstant,
  isLimited,
  isPlain,
  ownAliases,
} from "./expressions.ts";
import { flatten } from "./flat-level.ts";
import type { Level } from "./level.ts";
import { expressionOf, groupExpressions, isAmong, namedTargets } from "./targets.ts";

/** Whether a level can give no row twice. */
export function isDuplicateFree(level: Level): boolean {
  const { select } = level;
  const isDistinct = (select.distinctClause ?? []).length > 0 && !isDistinctOn(level);
  if (isDistinct) return true;
  const outputs = namedTargets(level).flatMap((item) => expressionOf(item) ?? []);
  if ((select.groupClause ?? []).length > 0) {
    const groups = groupExpressions(select);
    return groups?.every((group) => isAmong(group, outputs)) === true;
  }
  const { limitCount: _count, limitOffset: _offset, ...plain } = select;
  if (!isPlain(isLimited(select) ? plain : select)) return false;
  return namesEveryRow(level, outputs);
}

export function isDistinctOn({ select }: Level): boolean {
  return (select.distinctClause ?? []).some((item) => Object.keys(item).length > 0);
}

/**
 * Whether the outputs tell which row of every source a result row is made from: by a key among them, or by a key that is equal to columns of
 * sources that are told already, or to constants.
 */
export function namesEveryRow(level: Level, outputs: readonly Node[]): boolean {
  const known = new Set<string>();
  const shown = new Set(
    outputs.flatMap((output) => {
      const use = columnUse(output);
      return use === null ? [] : [`${use.alias}.${use.column}`];
    }),
  );
  for (const { alias, table, isOuter } of level.sources) {
    const isShown = (table?.keys ?? []).some(
      (key) => key.isNeverNull && key.columns.every((column) => shown.has(`${alias}.${column}`)),
    );
    // A row that an outer join made of nulls is named too: its key is shown, as null.
    if (isShown && (!isOuter || level.sources.length > 1)) known.add(alias);
  }
  const ties = tiesOf(level);
  if (ties === null) return false;
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const { alias, table } of level.sources) {
      if (known.has(alias) || table === null) continue;
      const fixed = new Set(ties.flatMap((tie) => fixedColumn(tie, alias, known, level)));
      if (table.keys.some((key) => key.columns.every((column) => fixed.has(column)))) {
        known.add(alias);
        isGrowing = true;
      }
    }
  }
  return level.sources.length > 0 && level.sources.every(({ alias }) => known.has(alias));
}

/** A condition with the aliases whose rows it leaves out: an outer join's says nothing of the rows that it keeps. */
export interface Tie {
  readonly condition: Node;
  /** Null for all. */
  readonly binds: ReadonlySet<string> | null;
}

/** Conditions of WHERE, of inner joins, and of LEFT JOINs; null where there is another join. */
export function tiesOf(level: Level): readonly Tie[] | null {
  const flat = flatten(level.select);
  const all: Tie[] = flat.conditions.map((condition) => ({ condition, binds: null }));
  for (const item of flat.items) {
    const inside = tiesInside(item);
    if (inside === null) return null;
    all.push(...inside);
  }
  return all;
}

function tiesInside(item: Node): readonly Tie[] | null {
  if (!("JoinExpr" in item)) return [];
  const { jointype, larg, rarg, quals } = item.JoinExpr;
  if (jointype !== "JOIN_LEFT" && jointype !== "JOIN_INNER") return null;
  const [left, right] = [larg, rarg].map((side) => (side === undefined ? null : tiesInside(side)));
  if (left === null || left === undefined || right === null || right === undefined) return null;
  const binds = ownAliases(jointype === "JOIN_LEFT" ? [rarg] : [larg, rarg]);
  const own = conjunctsOf(quals).map((condition) => ({ condition, binds }));
  return [...left, ...right, ...own];
}

/** The column of the alias that a condition holds to what is known. */
function fixedColumn(
  { condition, binds }: Tie,
  alias: string,
  known: ReadonlySet<string>,
  level: Level,
): readonly string[] {
  const equality = equalityOf(condition);
  if (equality === null || binds?.has(alias) === false) return [];
  const { left, right } = equality;
  const fixes = (own: Node, other: Node): readonly string[] => {
    const [use, there] = [columnUse(own), columnUse(other)];
    if (use === null || use.alias !== alias) return [];
    const type = factsOfExpression(own, level.sources, false).type;
    if (there !== null) {
      const isAlike = areComparableKeys(type, factsOfExpression(other, level.sources, false).type);
      return known.has(there.alias) && isAlike ? [use.column] : [];
    }
    if ("A_Const" in other || "ParamRef" in other) return [use.column];
    if (!("TypeCast" in other) || !isConstant(other)) return [];
    return areComparableKeys(type, typeOfCast(other)) ? [use.column] : [];
  };
  return [...fixes(left, right), ...fixes(right, left)];
}
