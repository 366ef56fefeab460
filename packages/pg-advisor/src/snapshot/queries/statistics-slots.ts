const SLOTS = [1, 2, 3, 4, 5] as const;

/** Numbers of kinds: src/include/catalog/pg_statistic.h. */
export const STATISTICS_KINDS = {
  mostCommonValues: 1,
  histogram: 2,
  correlation: 3,
  mostCommonElements: 4,
  elementCounts: 5,
  rangeLengths: 6,
  rangeBounds: 7,
} as const;

/** SQL for the values of a kind in a row of pg_statistic, as text; null where it has none. */
export function valuesOf(alias: string, kind: number): string {
  return slotOf(alias, kind, (slot) => `${alias}.stavalues${slot}::text`);
}

/** The same for the numbers, a `real[]`. */
export function numbersOf(alias: string, kind: number): string {
  return slotOf(alias, kind, (slot) => `${alias}.stanumbers${slot}`);
}

/** SQL that holds where a row of pg_statistic has this kind. */
export function hasKind(alias: string, kind: number): string {
  return `${kind} in (${SLOTS.map((slot) => `${alias}.stakind${slot}`).join(", ")})`;
}

function slotOf(alias: string, kind: number, value: (slot: number) => string): string {
  const cases = SLOTS.map((slot) => `when ${alias}.stakind${slot} = ${kind} then ${value(slot)}`);
  return `case ${cases.join(" ")} end`;
}
