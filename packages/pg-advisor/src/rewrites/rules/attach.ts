import type { Node, SelectStmt } from "@pgsql/types";
import { ownAliases } from "../analysis/expressions.ts";
import { conjunction, join } from "../tree/build.ts";

/**
 * Outer-joins an item to what a level reads: to the one item that the conditions name where there is
 * one, else to all of them together.
 */
export function attachOuter(
  select: SelectStmt,
  item: Node,
  conditions: readonly Node[],
  named: ReadonlySet<string>,
): SelectStmt {
  const items = select.fromClause ?? [];
  const quals = conjunction(conditions);
  const holder = items.findIndex((one) => {
    const own = ownAliases(one);
    return [...named].every((alias) => own.has(alias));
  });
  if (holder >= 0) {
    return {
      ...select,
      fromClause: items.map((one, index) =>
        index === holder ? join("JOIN_LEFT", one, item, quals) : one,
      ),
    };
  }
  const [first, ...others] = items;
  if (first === undefined) return select;
  const all = others.reduce((left, right) => join("JOIN_INNER", left, right), first);
  return { ...select, fromClause: [join("JOIN_LEFT", all, item, quals)] };
}

/** Adds an item beside the others; its conditions go into WHERE. */
export function attachInner(select: SelectStmt, item: Node): SelectStmt {
  return { ...select, fromClause: [...(select.fromClause ?? []), item] };
}
