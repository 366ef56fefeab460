import { type Measure, runningMean } from "../measure.ts";
import type { Memory } from "../memory.ts";

/** How far is the mean of the last few points from that of many: a change of level that no single point shows. */
export function shiftMeasure(memory: Memory, fewPoints: number, manyPoints: number): Measure {
  /** Mean of the few, mean of the many, points seen, points seen since a gap. */
  const cells = memory.doubles(4);
  return {
    kind: "shift",
    sides: 2,
    next({ value, learnt, isFresh }) {
      const seen = (cells[2] ?? 0) + 1;
      const seenOfFew = isFresh ? 1 : (cells[3] ?? 0) + 1;
      const few = cells[0] ?? 0;
      const many = cells[1] ?? 0;
      const share = 1 / Math.min(seenOfFew, fewPoints);
      const shift = few + (value - few) * share - many;
      cells[0] = few + (learnt - few) * share;
      cells[1] = runningMean(many, learnt, seen, manyPoints);
      cells[2] = seen;
      cells[3] = seenOfFew;
      return seen <= manyPoints / 10 || seenOfFew < fewPoints ? undefined : shift;
    },
  };
}
