// How much of the way from LRU to the best possible hit ratio does the default policy go, and is it ever behind LRU?

import { DEFAULT_POLICY, LRU } from "./cache-hit-ratio/contenders.ts";
import { compete, gapClosed, pointsOverLru, rowsOf } from "./cache-hit-ratio/standing.ts";
import { summarise } from "./cache-hit-ratio/summary.ts";
import { versionOf } from "./cache-hit-ratio/version-of.ts";
import type { Bench } from "./contract.ts";
import {
  driftTrace,
  loopTrace,
  recencyTrace,
  scanTrace,
  shiftTrace,
  zipfTrace,
} from "./traces/generated.ts";
import { recordedTraces } from "./traces/recorded.ts";
import type { Trace } from "./traces/trace.ts";

const USES = 200_000;
const KEYS = 20_000;
const LEAST_GAP_CLOSED = 25;
const MOST_POINTS_BELOW_LRU = 0.5;

export const bench: Bench = {
  async measure(tell) {
    const standings = [...recordedTraces(tell), ...generatedTraces()].flatMap((trace) =>
      trace.sizes.map((size) => {
        const standing = compete(trace, size);
        const lru = standing.percentOf.get(LRU) ?? 0;
        tell(
          `${trace.name}, ${size} of ${trace.distinct} keys: LRU ${lru.toFixed(1)} %, ours ` +
            `${signed(pointsOverLru(standing, DEFAULT_POLICY))} points, ` +
            `${gapClosed(standing, DEFAULT_POLICY).toFixed(1)} % of the gap`,
        );
        return standing;
      }),
    );
    const { rows, gapClosedOnReal, worst } = summarise(standings);
    const found = gapClosedOnReal === undefined ? "no traces" : `${gapClosedOnReal.toFixed(1)} %`;
    return {
      versions: { node: process.version, "lru-cache": versionOf("lru-cache") },
      rows: [...standings.flatMap(rowsOf), ...rows],
      verdict: {
        goal: `at least ${LEAST_GAP_CLOSED} % of the gap closed on real traces, never more than ${MOST_POINTS_BELOW_LRU} point below LRU`,
        value: `${found}; worst row ${signed(worst.points)} points (${worst.where})`,
        met: (gapClosedOnReal ?? 0) >= LEAST_GAP_CLOSED && worst.points >= -MOST_POINTS_BELOW_LRU,
      },
    };
  },
};

function generatedTraces(): readonly Trace[] {
  return [
    ...[0.6, 0.8, 1, 1.2].map((skew) => zipfTrace(USES, KEYS, skew)),
    ...[true, false].map((isNew) => scanTrace(USES, { keys: KEYS, skew: 0.9, isNew })),
    loopTrace(USES, KEYS / 10),
    shiftTrace(USES, { keys: KEYS, skew: 0.9, phases: 5 }),
    shiftTrace(USES, { keys: KEYS, skew: 0.7, phases: 10 }),
    shiftTrace(USES, { keys: KEYS / 4, skew: 1, phases: 20 }),
    driftTrace(USES, KEYS, 0.9, 10),
    ...[0.8, 1, 1.2].map((skew) => recencyTrace(USES, { keys: KEYS, skew, fresh: 0.05 })),
  ];
}

function signed(points: number): string {
  return `${points < 0 ? "" : "+"}${points.toFixed(2)}`;
}
