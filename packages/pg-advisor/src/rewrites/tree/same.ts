import type { Node } from "@pgsql/types";

/** Fields that say where something stood in a text, or how a CTE is counted: they carry no meaning. */
const PLACES: ReadonlySet<string> = new Set([
  "location",
  "stmt_location",
  "stmt_len",
  "rexpr_list_start",
  "rexpr_list_end",
  "list_start",
  "list_end",
]);

/** A part of a tree as a text that is equal for equal meaning of its form. */
export function textOfTree(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) =>
    PLACES.has(key) ? undefined : sorted(value),
  );
}

/** The parser writes fields in its own order, rules in theirs. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Whether two expressions are written alike. */
export function isSame(one: Node | undefined, other: Node | undefined): boolean {
  return textOfTree(one) === textOfTree(other);
}
