import { CURVE_MULTIPLES } from "../../packages/cache/src/analytics/curve/hit-ratio-curve.ts";
import { policyNamed } from "../../packages/cache/src/memory/policies/policy-named.ts";
import type { BenchRow } from "../contract.ts";
import { runPolicy } from "../traces/run-policy.ts";
import type { Trace } from "../traces/trace.ts";
import { watchTrace } from "./watch-trace.ts";

const EXACT = "exact simulation";
const CURVE = "online curve";
const CURVE_ALONE = "online curve, without the cache's own hit ratio";
const LRU_CURVE = "curve of LRU on the same sample (SHARDS)";

export interface Comparison {
  readonly rows: readonly BenchRow[];
  /** The largest error of the curve at any size, in points; the one without the measured hit ratio apart. */
  readonly worstPoints: number;
  readonly worstPointsAlone: number;
}

/** Watches a trace and compares the curve with simulations of all its uses, one for each size. */
export function compareCurve(trace: Trace, entries: number, mostRate: number): Comparison {
  const makePolicy = policyNamed("adaptive");
  const uses = trace.keys.length;
  const exact = CURVE_MULTIPLES.map((multiple) =>
    percent(runPolicy(makePolicy, trace, Math.round(entries * multiple)) / uses),
  );
  const hits = ((exact[CURVE_MULTIPLES.indexOf(1)] ?? 0) / 100) * uses;
  const watched = watchTrace(makePolicy, trace, { entries, mostRate });
  const ofLru = watchTrace(policyNamed("lru"), trace, { entries, mostRate });
  const label = `${trace.name}, ${percent(watched.rate).toFixed(1)} % of ${trace.distinct} keys watched`;
  const estimates: Readonly<Record<string, readonly number[]>> = {
    [CURVE]: watched.points({ uses, hits }).map(({ hitRatio }) => percent(hitRatio)),
    [CURVE_ALONE]: watched.points({ uses }).map(({ hitRatio }) => percent(hitRatio)),
    [LRU_CURVE]: ofLru.points({ uses }).map(({ hitRatio }) => percent(hitRatio)),
  };
  return {
    rows: [
      ...CURVE_MULTIPLES.flatMap((multiple, place) => {
        const truth = exact[place] ?? 0;
        const metric = `${label}, ${multiple} × ${entries} entries`;
        return [
          row(EXACT, `${metric}: hits`, "%", truth, 1),
          ...Object.entries(estimates).map(([subject, points]) => {
            const estimate = points[place] ?? Number.NaN;
            return row(subject, `${metric}: error`, "points", estimate - truth, estimate / truth);
          }),
        ];
      }),
      row(CURVE, `${label}: CPU a recorded use`, "µs", watched.microsecondsASample, 1),
    ],
    worstPoints: worstError(estimates[CURVE] ?? [], exact),
    worstPointsAlone: worstError(estimates[CURVE_ALONE] ?? [], exact),
  };
}

function worstError(estimates: readonly number[], exact: readonly number[]): number {
  return Math.max(...exact.map((truth, place) => Math.abs((estimates[place] ?? 0) - truth)));
}

function row(
  subject: string,
  metric: string,
  unit: string,
  value: number,
  ratio: number,
): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio };
}

function percent(share: number): number {
  return 100 * share;
}
