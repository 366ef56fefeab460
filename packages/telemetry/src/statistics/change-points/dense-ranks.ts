/** The place of each value among the different values, from 0: equal for equal values. */
export function denseRanks(values: readonly number[]): Int32Array {
  const different = [...new Set(values)].sort((left, right) => left - right);
  const rankOf = new Map(different.map((value, rank) => [value, rank]));
  return Int32Array.from(values, (value) => rankOf.get(value) ?? 0);
}
