import type { IndexKey } from "./candidate.ts";

/**
 * What one use of a table asks of a B-tree: keys compared with one value first, whose direction is
 * of no matter, then keys whose order matters, which may also be read backwards.
 */
export interface IndexRequirement {
  readonly equal: readonly IndexKey[];
  readonly ordered: readonly IndexKey[];
  /** In words. */
  readonly origin: string;
  /** The statement that asked. */
  readonly fingerprint: string;
}

/** What a key is of, whatever its operator class and direction. */
export function subjectOf({ column, expression }: Pick<IndexKey, "column" | "expression">): string {
  return JSON.stringify([column, expression]);
}

/** The keys of an index made for a requirement alone. */
export function keysFor({ equal, ordered }: IndexRequirement): readonly IndexKey[] {
  return [...equal, ...(equal.length === 0 ? forwards(ordered) : ordered)];
}

/** Whether an index with these keys, or with these as its first ones, serves the requirement. */
export function serves(
  keys: readonly IndexKey[],
  { equal, ordered }: Pick<IndexRequirement, "equal" | "ordered">,
): boolean {
  if (keys.length < equal.length + ordered.length) return false;
  if (equal.some((key, index) => !isSameSubject(keys[index], key))) return false;
  const tail = keys.slice(equal.length, equal.length + ordered.length);
  return isSameOrder(tail, ordered) || isSameOrder(tail, ordered.map(reversed));
}

/** As `serves`, for an index that is there already: in which order it holds the equal keys is of no matter. */
export function servesInAnyOrder(
  keys: readonly IndexKey[],
  { equal, ordered }: IndexRequirement,
): boolean {
  const leading = keys.slice(0, equal.length);
  const permuted = leading.map((key) => equal.find((wanted) => isSameSubject(key, wanted)) ?? key);
  const isAll = equal.every((wanted) => leading.some((key) => isSameSubject(key, wanted)));
  return isAll && serves(keys, { equal: permuted, ordered });
}

function reversed(key: IndexKey): IndexKey {
  return {
    ...key,
    direction: key.direction === "asc" ? "desc" : "asc",
    nulls: key.nulls === "first" ? "last" : "first",
  };
}

/** Without columns before them, an order is written ascending: it is read backwards as well. */
function forwards(ordered: readonly IndexKey[]): readonly IndexKey[] {
  return ordered[0]?.direction === "desc" ? ordered.map(reversed) : ordered;
}

function isSameSubject(one: IndexKey | undefined, other: IndexKey): boolean {
  return (
    one !== undefined &&
    subjectOf(one) === subjectOf(other) &&
    one.operatorClass === other.operatorClass
  );
}

function isSameOrder(one: readonly IndexKey[], other: readonly IndexKey[]): boolean {
  return one.every((key, index) => {
    const wanted = other[index];
    return (
      wanted !== undefined &&
      isSameSubject(key, wanted) &&
      key.direction === wanted.direction &&
      key.nulls === wanted.nulls
    );
  });
}
