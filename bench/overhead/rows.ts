import type { BenchRow } from "../contract.ts";
import { bestOf, medianOf } from "../support/cost.ts";
import type { Watcher } from "./watchers.ts";

/** CPU a request of each watcher by round, in microseconds. The ratios are of the medians. */
export function rowsOf(
  metric: string,
  measured: ReadonlyMap<Watcher, readonly number[]>,
): readonly BenchRow[] {
  const base = medianOf(measured.get("none") ?? []);
  return [...measured].map(([subject, values]) => ({
    subject,
    metric,
    unit: "us CPU a request",
    median: medianOf(values),
    best: bestOf(values),
    ratio: medianOf(values) / base,
  }));
}

export function ratioOf(rows: readonly BenchRow[], watcher: Watcher): number {
  return rows.find(({ subject }) => subject === watcher)?.ratio ?? Number.NaN;
}
