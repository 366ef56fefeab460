import type { IndexShape, ShapeKey } from "./index-shape.ts";
import { conjunctsOf } from "./predicate-parts.ts";

/** How one index serves all that another one serves. */
export type Cover =
  /** Both are the same but for their names. */
  | "same"
  /** The keys of the covered one lead those of the other. */
  | "prefix"
  /** The keys are the same, and the other one carries more, or is unique besides. */
  | "more"
  /** The other one has all rows of the covered one and others besides. */
  | "wider";

/**
 * Whether every search, order and promise of `index` is kept by `other`, both on one table. Conservative: where it is not certain, it
 * does not.
 *
 * - A B-tree serves searches on any leading keys, in their order or all of it backwards: so the keys of `index` must lead those of
 *   `other`, with the same operator classes and collations, their directions all the same or all turned round (manual, 11.3 and 11.4).
 * - Of other methods only what is the same counts: their keys have no order, or one that says nothing of prefixes.
 * - A unique index is a promise that only a unique one on exactly the same keys makes as well.
 * - A partial index knows its rows only: the predicates must be the same. A full index serves as well as a partial one, but is larger,
 *   so that this is no duplicate.
 * - What index-only scans read of `index` must be in `other`: as a key or carried along.
 */
export function coverOf(index: IndexShape, other: IndexShape): Cover | null {
  if (index.method !== other.method || index.predicate !== other.predicate) return null;
  if (index.method !== "btree" && !hasSameOptions(index, other)) return null;
  if (other.keys.length < index.keys.length) return null;
  if (!leads(index.keys, other.keys, index.method === "btree")) return null;
  if (!carries(other, index)) return null;
  const hasSameKeys = other.keys.length === index.keys.length;
  if (!hasSameKeys && index.method !== "btree") return null;
  if (!keepsPromise(index, other, hasSameKeys)) return null;
  if (!hasSameKeys) return "prefix";
  const isSame =
    index.isUnique === other.isUnique &&
    index.treatsNullsAsEqual === other.treatsNullsAsEqual &&
    carries(index, other);
  return isSame ? "same" : "more";
}

/**
 * Whether `other` holds every row of the partial index `index`, so that it finds them as well: what the predicate of `other` demands,
 * that of `index` demands too. It is larger, so that only its size, and plans without `index`, say whether it stands in.
 */
export function isWider(
  index: IndexShape,
  other: IndexShape,
  notNull: readonly string[] = [],
): boolean {
  if (index.predicate === null || index.isUnique || index.predicate === other.predicate)
    return false;
  const demanded = new Set(conjunctsOf(index.predicate, []));
  const isImplied = conjunctsOf(other.predicate, notNull).every((part) => demanded.has(part));
  return (
    isImplied && coverOf({ ...index, predicate: null }, { ...other, predicate: null }) !== null
  );
}

/** What stands between the two, where the columns look as if one made the other superfluous; null where they do not, or nothing does. */
export function differenceOf(index: IndexShape, other: IndexShape): Difference | null {
  const areLeading = index.keys.every(({ column, expression }, at) => {
    const key = other.keys[at];
    return key !== undefined && (key.column ?? key.expression) === (column ?? expression);
  });
  if (!areLeading || coverOf(index, other) !== null) return null;
  const pairs = index.keys.map((key, at) => [key, other.keys[at]] as const);
  const differs = (of: (key: ShapeKey) => unknown): boolean =>
    pairs.some(([key, its]) => its !== undefined && of(key) !== of(its));
  if (index.method !== other.method) return "method";
  if (differs(({ operatorClass }) => operatorClass)) return "operator class";
  if (differs(({ collation }) => collation)) return "collation";
  if (index.predicate !== other.predicate) return "predicate";
  if (index.isUnique) return "uniqueness";
  if (!leads(index.keys, other.keys, index.method === "btree")) return "order";
  if (!carries(other, index)) return "included columns";
  if (index.keys.length !== other.keys.length) return "method";
  return "storage options";
}

/** In what two indexes on the same leading columns differ, so that neither stands in for the other. */
export type Difference =
  | "method"
  | "operator class"
  | "collation"
  | "predicate"
  | "uniqueness"
  | "order"
  | "included columns"
  | "storage options";

function hasSameOptions(index: IndexShape, other: IndexShape): boolean {
  return JSON.stringify(index.options ?? []) === JSON.stringify(other.options ?? []);
}

function leads(
  keys: readonly ShapeKey[],
  others: readonly ShapeKey[],
  canTurnRound: boolean,
): boolean {
  const areOf = (turn: boolean): boolean =>
    keys.every((key, position) => {
      const other = others[position];
      return other !== undefined && searchesAlike(key, other) && isOrdered(key, other, turn);
    });
  return areOf(false) || (canTurnRound && areOf(true));
}

function searchesAlike(key: ShapeKey, other: ShapeKey): boolean {
  return (
    key.column === other.column &&
    key.expression === other.expression &&
    key.operatorClass === other.operatorClass &&
    key.collation === other.collation
  );
}

/** Read backwards, `desc nulls first` is `asc nulls last`. */
function isOrdered(key: ShapeKey, other: ShapeKey, turn: boolean): boolean {
  const isSameDirection = key.direction === other.direction;
  const isSameNulls = key.nulls === other.nulls;
  return turn ? !isSameDirection && !isSameNulls : isSameDirection && isSameNulls;
}

function carries(other: IndexShape, index: IndexShape): boolean {
  const columns = new Set([...other.keys.map(({ column }) => column), ...other.includes]);
  return index.includes.every((column) => columns.has(column));
}

/** Distinct NULLs promise less than equal ones. */
function keepsPromise(index: IndexShape, other: IndexShape, hasSameKeys: boolean): boolean {
  if (!index.isUnique) return true;
  if (!hasSameKeys || !other.isUnique) return false;
  return other.treatsNullsAsEqual || !index.treatsNullsAsEqual;
}
