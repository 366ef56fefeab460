import type { Interval, Random } from "@streamgate/core";
import { median } from "@streamgate/telemetry/statistics";
import type { PastComparison } from "./compare-past.ts";
import { meanOf, sumOfWindows } from "./statement-past.ts";

const ROUNDS = 200;
const CONFIDENCE = 0.95;

/**
 * How sure the ratio is: its logarithm's standard error by resampling the windows of both sides (Efron, "Bootstrap Methods", 1979), as
 * calls of one window are not independent of each other; and, since the windows of late are few, Student's quantile of it.
 */
export function ratioInterval(
  { late, usual, times }: Pick<PastComparison, "late" | "usual" | "times">,
  random: Random,
): Interval {
  const logs = Array.from({ length: ROUNDS }, () => {
    const drawn = sumOfWindows(late.map(() => random.pick(late)));
    return Math.log(meanOf(drawn) / median(usual.map(() => random.pick(usual))));
  });
  const freedom = late.length - 1;
  const error = deviationOf(logs) * Math.sqrt(late.length / freedom);
  const factor = Math.exp(studentQuantile(freedom) * error);
  return { point: times, low: times / factor, high: times * factor, confidence: CONFIDENCE };
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** That of 97.5 %, by Fisher's expansion from the normal one (Abramowitz and Stegun, 26.7.5): within 2 % from 3 degrees of freedom on. */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / (4 * freedom);
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return z + first + second;
}
