import type { BenchRow } from "../contract.ts";
import type { Trace } from "../traces/trace.ts";
import { CONTENDERS, LRU, OPTIMUM } from "./contenders.ts";

/** The hit ratios of all contenders on one trace at one size, in %. */
export interface Standing {
  readonly trace: Trace;
  readonly size: number;
  readonly percentOf: ReadonlyMap<string, number>;
}

export function compete(trace: Trace, size: number): Standing {
  const percentOf = new Map(
    Object.entries(CONTENDERS).map(([subject, run]) => [
      subject,
      (100 * run(trace, size)) / trace.keys.length,
    ]),
  );
  return { trace, size, percentOf };
}

/** Points of hit ratio above LRU; below it they are negative. */
export function pointsOverLru({ percentOf }: Standing, subject: string): number {
  return (percentOf.get(subject) ?? 0) - (percentOf.get(LRU) ?? 0);
}

/** The share of the way from LRU to the optimum, in %; 100 where there is no way to go. */
export function gapClosed(standing: Standing, subject: string): number {
  const gap = pointsOverLru(standing, OPTIMUM);
  return gap === 0 ? 100 : (100 * pointsOverLru(standing, subject)) / gap;
}

/** One row a contender; the ratio is to the optimum's hit ratio. */
export function rowsOf({ trace, size, percentOf }: Standing): readonly BenchRow[] {
  const optimum = percentOf.get(OPTIMUM) ?? 0;
  return [...percentOf].map(([subject, percent]) => ({
    subject,
    metric: `hits on ${trace.name}, ${size} entries`,
    unit: "%",
    median: percent,
    best: percent,
    ratio: percent / optimum,
  }));
}
