import type { OrderedColumn } from "../workload/shape/statement-shape.ts";
import type { ColumnOrder, IndexKey } from "./candidate.ts";

/**
 * What one use of a table asks of an index: columns compared with one value first, whose direction is
 * of no matter, then columns whose order matters, which may also be read backwards.
 */
export interface IndexRequirement {
  readonly equal: readonly string[];
  readonly ordered: readonly OrderedColumn[];
  /** In words, with the statement that asked. */
  readonly origin: string;
  readonly fingerprint: string;
}

/** The keys of an index made for a requirement alone. */
export function keysFor({ equal, ordered }: IndexRequirement): readonly ColumnOrder[] {
  const leading = equal.map((column): ColumnOrder => ({ column, direction: "asc", nulls: "last" }));
  return [...leading, ...(equal.length === 0 ? forwards(ordered) : ordered)];
}

/** Whether an index with these keys, or with these as its first ones, serves the requirement. */
export function serves(
  keys: readonly Pick<IndexKey, "column" | "direction" | "nulls">[],
  { equal, ordered }: IndexRequirement,
): boolean {
  if (keys.length < equal.length + ordered.length) return false;
  if (equal.some((column, index) => keys[index]?.column !== column)) return false;
  const tail = keys.slice(equal.length, equal.length + ordered.length);
  return isSameOrder(tail, ordered) || isSameOrder(tail, ordered.map(reversed));
}

/** Without columns before them, an order is written ascending: it is read backwards as well. */
function forwards(ordered: readonly OrderedColumn[]): readonly OrderedColumn[] {
  return ordered[0]?.direction === "desc" ? ordered.map(reversed) : ordered;
}

function reversed({ column, direction, nulls }: OrderedColumn): OrderedColumn {
  return {
    column,
    direction: direction === "asc" ? "desc" : "asc",
    nulls: nulls === "first" ? "last" : "first",
  };
}

function isSameOrder(
  one: readonly Pick<IndexKey, "column" | "direction" | "nulls">[],
  other: readonly ColumnOrder[],
): boolean {
  return one.every((key, index) => {
    const wanted = other[index];
    return (
      key.column === wanted?.column &&
      key.direction === wanted.direction &&
      key.nulls === wanted.nulls
    );
  });
}
