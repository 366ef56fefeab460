import { runningMean } from "./measure.ts";
import type { Memory } from "./memory.ts";
import { TailSketch } from "./tail-sketch.ts";

/** Where a value was expected. */
export interface ExpectedRange {
  readonly low: number;
  readonly high: number;
}

/** The share of ordinary values that lies below the upper end, and above the lower one. */
const COVERAGE = 0.99;
const RECENT_POINTS = 20;
const ERROR_POINTS = 500;

/** Foretells the next value by those of late or by the season, whichever erred less, with a conformal interval. */
export interface Expectation {
  /**
   * The range for the next value, which is learnt then.
   *
   * @param isAnomalous while true, what was usual before stays expected
   */
  next(learnt: number, seasonal: number | undefined, isAnomalous: boolean): ExpectedRange;
}

export function createExpectation(memory: Memory): Expectation {
  const above = new TailSketch(memory);
  const below = new TailSketch(memory);
  /** Mean of late, the same when things were last usual, points seen, mean error of it, mean error of the season. */
  const cells = memory.doubles(5);
  return {
    next(learnt, seasonal, isAnomalous) {
      const seen = (cells[2] ?? 0) + 1;
      cells[2] = seen;
      const recent = seen === 1 ? learnt : (cells[0] ?? 0);
      if (!isAnomalous) cells[1] = recent;
      const usual = cells[1] ?? 0;
      const ofSeason = seasonal ?? usual;
      const isSeasonal = (cells[4] ?? 0) < (cells[3] ?? 0);
      const centre = isSeasonal ? ofSeason : usual;
      const range = {
        low: centre - below.quantile(COVERAGE),
        high: centre + above.quantile(COVERAGE),
      };
      cells[0] = runningMean(recent, within(learnt, range), seen, RECENT_POINTS);
      if (isAnomalous) return range;
      above.add(Math.max(0, learnt - centre));
      below.add(Math.max(0, centre - learnt));
      cells[3] = runningMean(cells[3] ?? 0, Math.abs(learnt - usual), seen, ERROR_POINTS);
      cells[4] = runningMean(cells[4] ?? 0, Math.abs(learnt - ofSeason), seen, ERROR_POINTS);
      return range;
    },
  };
}

/** The value, or the end of the threefold range: one wild value must not move the next expectation. */
function within(value: number, { low, high }: ExpectedRange): number {
  const width = high - low;
  return width > 0 ? Math.min(high + width, Math.max(low - width, value)) : value;
}
