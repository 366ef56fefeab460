import type { BenchRow } from "../contract.ts";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}

/** @param base what the median is a multiple of */
export function rowOf(
  subject: string,
  metric: string,
  unit: string,
  values: readonly number[],
  base: readonly number[],
): BenchRow {
  const middle = median(values);
  const reference = median(base);
  return {
    subject,
    metric,
    unit,
    median: middle,
    best: Math.min(...values),
    ratio: reference === 0 ? 1 : middle / reference,
  };
}
