import type { BtreeFacts, KeyColumn } from "./key-column.ts";

/** Keys that are equally common. */
export interface KeyGroup {
  readonly keys: number;
  readonly rowsPerKey: number;
}

/** Values of a column, each of which has the same share of the rows. */
interface ValueClass {
  readonly values: number;
  readonly share: number;
}

const ALMOST_ALL = 1 - 1e-12;
const MERGED_PER_DOUBLING = 4;

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
  const [first, ...others] = [...columns].sort((one, other) => other.distinct - one.distinct);
  if (first === undefined) return [];
  const groups = classesOf(first, rows).map(({ values, share }) => ({
    keys: values,
    rowsPerKey: Math.max(1, share * rows),
  }));
  return others.reduce((found, column) => divide(found, classesOf(column, rows)), groups);
}

/** Each key divided by the values of one more column. */
function divide(groups: readonly KeyGroup[], classes: readonly ValueClass[]): KeyGroup[] {
  const divided = groups.flatMap(({ keys, rowsPerKey }) =>
    classes.map(({ values, share }) => {
      const occurring = -Math.expm1(rowsPerKey * Math.log1p(-Math.min(share, ALMOST_ALL)));
      const found = keys * values * occurring;
      return { keys: found, rowsPerKey: Math.max(1, (keys * values * rowsPerKey * share) / found) };
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
    { values: 1, share: nullFraction },
    ...commonFractions.map((share) => ({ values: 1, share })),
    { values: otherValues, share: otherShare / otherValues },
  ];
  return classes.filter(({ share }) => share > 0);
}

/** Puts groups together whose keys are about as common, so that many columns stay few groups. */
function merge(groups: readonly KeyGroup[]): KeyGroup[] {
  const merged = new Map<number, KeyGroup>();
  for (const { keys, rowsPerKey } of groups) {
    const magnitude = Math.round(MERGED_PER_DOUBLING * Math.log2(rowsPerKey));
    const known = merged.get(magnitude) ?? { keys: 0, rowsPerKey: 0 };
    const sum = known.keys + keys;
    merged.set(magnitude, {
      keys: sum,
      rowsPerKey: (known.keys * known.rowsPerKey + keys * rowsPerKey) / sum,
    });
  }
  return [...merged.values()];
}
