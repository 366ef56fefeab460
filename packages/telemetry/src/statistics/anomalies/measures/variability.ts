import { type Measure, runningMean } from "../measure.ts";
import type { Memory } from "../memory.ts";

/** How far are the steps from point to point of late from those of long: it flutters, or it froze. In logarithms, so that both count. */
export function variabilityMeasure(memory: Memory, fewPoints: number, manyPoints: number): Measure {
  /** Value before, mean step, mean of the few logarithms, mean of the many, steps seen, steps since a gap. */
  const cells = memory.doubles(6);
  return {
    kind: "variability",
    sides: 1,
    next({ value, learnt, isFresh }) {
      const before = cells[0] ?? 0;
      cells[0] = learnt;
      const seen = (cells[4] ?? 0) + 1;
      cells[4] = seen;
      if (isFresh || seen === 1) {
        cells[5] = 0;
        return undefined;
      }
      const seenOfFew = (cells[5] ?? 0) + 1;
      cells[5] = seenOfFew;
      const step = Math.abs(value - before);
      const usual = runningMean(cells[1] ?? 0, Math.abs(learnt - before), seen - 1, manyPoints);
      cells[1] = usual;
      const size = usual > 0 ? Math.log1p(step / usual) : 0;
      const few = runningMean(cells[2] ?? 0, size, seenOfFew, fewPoints);
      const change = Math.abs(few - (cells[3] ?? 0));
      cells[2] = few;
      cells[3] = runningMean(cells[3] ?? 0, size, seen - 1, manyPoints);
      return seenOfFew < fewPoints ? undefined : change;
    },
  };
}
