import { quantileOfSorted } from "../ranks/quantile.ts";
import { varianceOfScore } from "./kendall-score.ts";

/** A robust straight line through a series. */
export interface TrendLine {
  /** Change of the value for each unit of time. */
  readonly slope: number;
  /** The value of the line at time 0. */
  readonly intercept: number;
  /** Bounds of the slope's confidence interval. */
  readonly low: number;
  readonly high: number;
  /** Between 0 and 1. */
  readonly confidence: number;
}

export interface TheilSenOptions {
  /** When each value was read, ascending. @default 0, 1, 2, … */
  readonly times?: readonly number[];
  /** @default 0.9 */
  readonly confidence?: 0.8 | 0.9 | 0.95 | 0.99;
  /** By how much autocorrelation widens the variance of S, from `mannKendall`. @default 1 */
  readonly varianceInflation?: number;
}

/** Two-sided quantiles of the standard normal distribution. */
const DEVIATIONS = { 0.8: 1.2816, 0.9: 1.6449, 0.95: 1.96, 0.99: 2.5758 } as const;

/**
 * The median of the slopes between all pairs: up to 29 % of the values may be anything (H. Theil,
 * "A rank-invariant method of linear and polynomial regression analysis", 1950; P. K. Sen,
 * "Estimates of the regression coefficient based on Kendall's tau", JASA 63, 1968, whose interval
 * this is). The intercept is the median of what the slope leaves (Conover, 1980).
 *
 * @param values finite numbers; fewer than 2 give a level line. Work and memory grow with the square of their number
 * @example
 * ```ts
 * import { theilSen } from "@streamgate/telemetry/statistics";
 * theilSen([10, 12, 14, 900, 18], { times: [0, 1, 2, 3, 4] }).slope; // 2
 * ```
 */
export function theilSen(values: readonly number[], options: TheilSenOptions = {}): TrendLine {
  const { times, confidence = 0.9, varianceInflation = 1 } = options;
  const at = (index: number): number => times?.[index] ?? index;
  const slopes: number[] = [];
  for (let later = 1; later < values.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const span = at(later) - at(earlier);
      if (span > 0) slopes.push(((values[later] ?? 0) - (values[earlier] ?? 0)) / span);
    }
  }
  const sorted = slopes.sort((left, right) => left - right);
  const slope = sorted.length === 0 ? 0 : quantileOfSorted(sorted, 0.5);
  const rests = values.map((value, index) => value - slope * at(index)).sort((a, b) => a - b);
  const reach =
    DEVIATIONS[confidence] * Math.sqrt(Math.max(0, varianceOfScore(values)) * varianceInflation);
  const pick = (rank: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  return {
    slope,
    intercept: rests.length === 0 ? 0 : quantileOfSorted(rests, 0.5),
    low: pick((sorted.length - reach) / 2 - 1),
    high: pick((sorted.length + reach) / 2),
    confidence,
  };
}
