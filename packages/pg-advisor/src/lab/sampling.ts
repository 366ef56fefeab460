import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { FamilyReference, TableFamily } from "./table-family.ts";

/*
 * A sample that keeps joins whole.
 *
 * Whether a row is kept depends on a hash of a key, never on chance, so that the same decision can
 * be taken wherever that key is written. A large table that refers to no other large table (a
 * root) keeps the rows whose own key hashes below the share. A large table that does refer to one
 * keeps the rows whose parent is kept: the hash of the foreign key where the parent was chosen by
 * that key, else a look at the parent. So a kept user has all of its orders, and a statement that
 * reads one user's orders meets as many rows as on the watched server. Of several parents the one
 * with most rows decides; rows of the others that are then missing are fetched afterwards
 * (complete-parents.ts), also along references of a table to itself and along cycles, which are
 * cut here at the reference that would close them. Small tables are copied whole.
 */

/** Which rows of a family are copied. */
export interface FamilySelection {
  readonly family: TableFamily;
  /** Whole families have no condition. */
  readonly isWhole: boolean;
  /** A condition on rows under the alias `row0`; null for all. */
  readonly condition: string | null;
}

export interface Budget {
  readonly maxBytes: number;
  readonly maxRows: number;
}

/** A family of at most this part of the budget is copied whole. */
const SMALL_PART = 1 / 100;
/** Hash values are compared on this grid. */
const GRID = 1_048_576;
/** Part of the budget that is left to rows fetched afterwards. */
const ROOM_FOR_PARENTS = 0.8;

/** Chooses whole copies while the budget allows, else a sample of the large tables. */
export function selectRows(
  families: readonly TableFamily[],
  references: readonly FamilyReference[],
  budget: Budget,
): readonly FamilySelection[] {
  const isLarge = chooseLarge(families, budget);
  if (isLarge.size === 0) {
    return families.map((family) => ({ family, isWhole: true, condition: null }));
  }
  const threshold = Math.max(1, Math.round(shareOf(families, isLarge, budget) * GRID));
  const deciding = chooseDecidingReferences(families, references, isLarge);
  return families.map((family) =>
    isLarge.has(family)
      ? { family, isWhole: false, condition: conditionOf(family, 0, deciding, threshold) }
      : { family, isWhole: true, condition: null },
  );
}

function chooseLarge(families: readonly TableFamily[], budget: Budget): ReadonlySet<TableFamily> {
  const weights = families.map((family) => weightOf(family, budget));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 1) return new Set();
  const large = families.filter((_, index) => (weights[index] ?? 0) > SMALL_PART);
  return new Set(large.length > 0 ? large : families);
}

/** The part of the budget that the whole family would take. */
function weightOf({ sizeBytes, rows }: TableFamily, { maxBytes, maxRows }: Budget): number {
  return Math.max(sizeBytes / maxBytes, rows / maxRows);
}

function shareOf(
  families: readonly TableFamily[],
  isLarge: ReadonlySet<TableFamily>,
  budget: Budget,
): number {
  const sum = (some: readonly TableFamily[]): number =>
    some.reduce((total, family) => total + weightOf(family, budget), 0);
  const left = Math.max(0, 1 - sum(families.filter((family) => !isLarge.has(family))));
  return Math.min(1, (left * ROOM_FOR_PARENTS) / sum([...isLarge]));
}

/** For each large family the reference whose parent decides, without cycles among the chosen. */
function chooseDecidingReferences(
  families: readonly TableFamily[],
  references: readonly FamilyReference[],
  isLarge: ReadonlySet<TableFamily>,
): ReadonlyMap<TableFamily, FamilyReference> {
  const deciding = new Map<TableFamily, FamilyReference>();
  const leadsTo = (from: TableFamily, target: TableFamily): boolean => {
    for (let family: TableFamily | undefined = from; family !== undefined; ) {
      if (family === target) return true;
      family = deciding.get(family)?.parent;
    }
    return false;
  };
  for (const family of families) {
    const open = references
      .filter(({ child, parent }) => child === family && isLarge.has(child) && isLarge.has(parent))
      .sort((left, right) => right.parent.rows - left.parent.rows)
      .find(({ parent }) => !leadsTo(parent, family));
    if (open !== undefined) deciding.set(family, open);
  }
  return deciding;
}

function conditionOf(
  family: TableFamily,
  depth: number,
  deciding: ReadonlyMap<TableFamily, FamilyReference>,
  threshold: number,
): string {
  const row = `row${depth}`;
  const ofOwnKey = isBelow(family.key.length > 0 ? family.key : null, row, threshold);
  const reference = deciding.get(family);
  if (reference === undefined) return ofOwnKey;
  const { columns, parent, parentColumns } = reference;
  const isNull = columns.map((column) => `${row}.${quoteIdentifier(column)} is null`).join(" or ");
  const parentIsChosenByThisKey =
    !deciding.has(parent) && JSON.stringify(parent.key) === JSON.stringify(parentColumns);
  const parentRow = `row${depth + 1}`;
  const pairs = columns.map(
    (column, index) =>
      `${parentRow}.${quoteIdentifier(parentColumns[index] ?? "")} = ${row}.${quoteIdentifier(column)}`,
  );
  const isParentKept = parentIsChosenByThisKey
    ? isBelow(columns, row, threshold)
    : `exists (select from ${qualify(parent.root)} as ${parentRow} where ${pairs.join(" and ")} and ${conditionOf(parent, depth + 1, deciding, threshold)})`;
  return `(case when ${isNull} then ${ofOwnKey} else ${isParentKept} end)`;
}

/** Whether the hash of the columns, or of the row's place where it has no key, is below the share. */
function isBelow(columns: readonly string[] | null, row: string, threshold: number): string {
  const texts = (columns ?? ["ctid"]).map(
    (column) => `${row}.${column === "ctid" ? column : quoteIdentifier(column)}::text collate "C"`,
  );
  return `(hashtextextended(concat_ws('|', ${texts.join(", ")}), 0) & ${GRID - 1}) < ${threshold}`;
}
