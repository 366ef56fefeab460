import { parseArrayText } from "../snapshot/array-text.ts";
import type { ColumnStatistics } from "../snapshot/snapshot.ts";

/** A value that pg_stats lists, with the share of the rows that hold it, 0 to 1. */
export interface CommonValue {
  readonly value: string;
  readonly share: number;
}

/** The listed values of a column, most common first. */
export function mostCommonValues(row: ColumnStatistics | null): readonly CommonValue[] {
  const shares = row?.mostCommonFrequencies ?? [];
  return parseArrayText(row?.mostCommonValues ?? "").flatMap((value, index) =>
    value === null ? [] : [{ value, share: shares[index] ?? 0 }],
  );
}

/** A listed value's share; what is left is divided evenly among the values that are not listed. */
export function shareOfValue(row: ColumnStatistics, value: string, distinct: number): number {
  const common = mostCommonValues(row);
  const listed = common.find((one) => one.value === value);
  if (listed !== undefined) return listed.share;
  const left = common.reduce((rest, { share }) => rest - share, 1 - row.nullFraction);
  return Math.max(0, left) / Math.max(1, distinct - common.length);
}
