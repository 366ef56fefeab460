import type { BenchRow } from "../contract.ts";
import { bestOf, type Cost, medianOf } from "../support/cost.ts";

export function cpu(cost: Cost): number {
  return cost.cpuMs;
}

export function wall(cost: Cost): number {
  return cost.wallMs;
}

export function rowOf(
  subject: string,
  metric: string,
  unit: string,
  values: readonly number[],
  base: readonly number[],
): BenchRow {
  const median = medianOf(values);
  return { subject, metric, unit, median, best: bestOf(values), ratio: median / medianOf(base) };
}

export function shareRow(metric: string, share: number): BenchRow {
  return {
    subject: "twin",
    metric,
    unit: "%",
    median: share * 100,
    best: share * 100,
    ratio: share,
  };
}
