import type { BtreeFacts, KeyColumn } from "./key-column.ts";
import { rareClasses, type ValueClass } from "./rare-values.ts";

/** Keys that are equally common. */
export interface KeyGroup {
  readonly keys: number;
  /** On the average, where that is a matter of chance. */
  readonly rowsPerKey: number;
  readonly isRandom?: boolean;
  /** Places among the index's columns where these keys are NULL. @default none is known */
  readonly nullColumns?: readonly number[];
}

const ALMOST_ALL = 1 - 1e-12;
const MERGED_PER_DOUBLING = 4;
const GRID_TOLERANCE = 0.02;

/** How the rows of an index share its keys. */
export function keyGroups(facts: BtreeFacts): readonly KeyGroup[] {
  const { rows, keyCount, distinctKeys, columns } = facts;
  if (distinctKeys !== null) {
    return [{ keys: distinctKeys, rowsPerKey: Math.max(1, rows / distinctKeys) }];
  }
  return groupsOf(columns.slice(0, keyCount), rows);
}

/** How many different combinations of these columns' values the rows have. */
export function distinctCombinations(columns: readonly KeyColumn[], rows: number): number {
  const keys = groupsOf(columns, rows).reduce((sum, group) => sum + group.keys, 0);
  return Math.max(1, Math.min(rows, keys));
}

/**
 * Columns are taken to know nothing of one another. The column with the most values comes first: how
 * often each of these occurs is known, and its rows fall into the values of the next column like
 * balls into urns (Cardenas, CACM 18, 1975).
 */
function groupsOf(columns: readonly KeyColumn[], rows: number): readonly KeyGroup[] {
  if (isGrid(columns, rows)) return [{ keys: rows, rowsPerKey: 1 }];
  const [first, ...others] = columns
    .map((column, place) => ({ column, place }))
    .sort((one, other) => other.column.distinct - one.column.distinct);
  if (first === undefined) return [];
  const groups: readonly KeyGroup[] = classesOf(first.column, rows).map(
    ({ values, share, isNull }) => ({
      keys: values,
      rowsPerKey: Math.max(1, share * rows),
      isRandom: first.column.isThinned ?? false,
      nullColumns: isNull === true ? [first.place] : [],
    }),
  );
  return others.reduce<readonly KeyGroup[]>(
    (found, { column, place }) => divide(found, classesOf(column, rows), place),
    groups,
  );
}

/** Whether each combination of values seems to occur once: a sensor and a minute, say. */
function isGrid(columns: readonly KeyColumn[], rows: number): boolean {
  if (columns.length < 2 || rows < 2) return false;
  if (columns.some(({ nullFraction, distinct }) => nullFraction > 0 || distinct > rows / 2))
    return false;
  const combinations = columns.reduce((product, { distinct }) => product * distinct, 1);
  return Math.abs(combinations / rows - 1) < GRID_TOLERANCE;
}

/** Each key divided by the values of one more column. */
function divide(
  groups: readonly KeyGroup[],
  classes: readonly ValueClass[],
  place: number,
): KeyGroup[] {
  const divided = groups.flatMap(({ keys, rowsPerKey, nullColumns: nulls = [] }) =>
    classes.map(({ values, share, isNull }) => {
      const occurring = -Math.expm1(rowsPerKey * Math.log1p(-Math.min(share, ALMOST_ALL)));
      const found = keys * values * occurring;
      const mean = Math.max(1, (keys * values * rowsPerKey * share) / found);
      const nullColumns = isNull === true ? [...nulls, place] : nulls;
      return { keys: found, rowsPerKey: mean, isRandom: true, nullColumns };
    }),
  );
  return merge(divided);
}

/** NULL, the most common values, and all others together. */
function classesOf(column: KeyColumn, rows: number): readonly ValueClass[] {
  const { commonFractions, nullFraction, distinct } = column;
  const commonShare = commonFractions.reduce((sum, fraction) => sum + fraction, 0);
  const otherShare = Math.max(0, 1 - nullFraction - commonShare);
  const otherValues = Math.min(
    Math.max(distinct - commonFractions.length, 1),
    Math.max(1, otherShare * rows),
  );
  const classes = [
    { values: 1, share: nullFraction, isNull: true },
    ...commonFractions.map((share) => ({ values: 1, share })),
    ...rareClasses(otherValues, otherShare, commonFractions, rows),
  ];
  return classes.filter(({ share }) => share > 0);
}

/** Puts groups together whose keys are about as common, so that many columns stay few groups. */
function merge(groups: readonly KeyGroup[]): KeyGroup[] {
  const merged = new Map<string, KeyGroup>();
  for (const { keys, rowsPerKey, nullColumns = [] } of groups) {
    const magnitude = Math.round(MERGED_PER_DOUBLING * Math.log2(rowsPerKey));
    const name = `${magnitude} ${nullColumns.join(",")}`;
    const known = merged.get(name) ?? { keys: 0, rowsPerKey: 0 };
    const sum = known.keys + keys;
    merged.set(name, {
      keys: sum,
      rowsPerKey: (known.keys * known.rowsPerKey + keys * rowsPerKey) / sum,
      isRandom: true,
      nullColumns,
    });
  }
  return [...merged.values()];
}
