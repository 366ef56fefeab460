import type { Measure } from "../measure.ts";
import type { Memory } from "../memory.ts";

const SLACK_POINTS = 64;

/*
 * How far are the last few points from the most similar stretch of the past? The distance to the nearest neighbour of a
 * window (E. Burnaev and V. Ishimtsev, "Conformalized density- and distance-based anomaly detection in time-series data",
 * 2016). Windows fade instead of ending, so that the distance between the present and the past a lag ago is that of the
 * point before, faded, and one new term: a multiplication a lag, whatever the length of the window, and no error adds up.
 */
export function shapeMeasure(memory: Memory, windowPoints: number, pastPoints: number): Measure {
  const keep = 1 - 1 / windowPoints;
  /** Newest last; moved down when full. */
  const past = memory.floats(pastPoints + windowPoints + SLACK_POINTS);
  /** Squared distance of the present from the past, by lag beyond the window. */
  const distances = memory.floats(pastPoints);
  /** How many points are held. */
  const cells = memory.doubles(1);
  return {
    kind: "shape",
    sides: 1,
    next({ learnt }) {
      let held = cells[0] ?? 0;
      if (held === past.length) {
        past.copyWithin(0, SLACK_POINTS);
        held -= SLACK_POINTS;
      }
      past[held] = learnt;
      cells[0] = held + 1;
      const lags = Math.min(pastPoints, held - windowPoints);
      let nearest = Number.POSITIVE_INFINITY;
      const newest = held - windowPoints;
      for (let lag = 0; lag < lags; lag += 1) {
        const difference = learnt - (past[newest - lag] ?? 0);
        const distance = keep * (distances[lag] ?? 0) + difference * difference;
        distances[lag] = distance;
        if (distance < nearest) nearest = distance;
      }
      return lags < windowPoints ? undefined : Math.sqrt(nearest);
    },
  };
}
