import { type Measure, runningMean } from "../measure.ts";
import type { Memory } from "../memory.ts";

/** How far is the value from the mean of the last so many points? */
export function levelMeasure(memory: Memory, points: number): Measure {
  /** Mean, points seen. */
  const cells = memory.doubles(2);
  return {
    kind: "level",
    sides: 1,
    next({ value, learnt }) {
      const seen = (cells[1] ?? 0) + 1;
      const mean = cells[0] ?? 0;
      cells[0] = runningMean(mean, learnt, seen, points);
      cells[1] = seen;
      return seen === 1 ? undefined : Math.abs(value - mean);
    },
  };
}
