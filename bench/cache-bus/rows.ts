import type { BenchRow } from "../contract.ts";
import { bestOf, medianOf } from "../support/cost.ts";

/** Values of the rounds by `subject|metric|unit`. */
export type Samples = Map<string, readonly number[]>;

/** A row a key; its ratio is to the same metric of `rival`, where that was measured. */
export function rowsOf(samples: Samples, rival: string): BenchRow[] {
  return [...samples].map(([key, values]) => {
    const [subject = "", metric = "", unit = ""] = key.split("|");
    const median = medianOf(values);
    const compared = samples.get(`${rival}|${metric}|${unit}`) ?? values;
    const ratio = median / medianOf(compared);
    return { subject, metric, unit, median, best: bestOf(values), ratio };
  });
}

/** @param share 0.99 for the 99th percentile */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
