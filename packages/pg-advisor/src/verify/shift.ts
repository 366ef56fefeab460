import type { Interval, Random } from "@streamgate/core";
import { studentUpperQuantile } from "./student.ts";
import type { Bystander, Target, Watched, WatchedStatement } from "./watched-statements.ts";
import { type Series, sumOf } from "./window-series.ts";

/*
 * Difference in differences, over windows.
 *
 * Between before and after an apply the machine changes too: caches fill, neighbours wake, data
 * grows. What the fix did to a statement is therefore its own change less that of statements which
 * the fix cannot touch (J. D. Angrist and J.-S. Pischke, Mostly Harmless Econometrics, Princeton
 * 2009, chapter 5). Times are ratios, so the difference is taken of logarithms: for a statement on
 * one side, the mean over the windows of the log of its mean time a call, weighted by calls; a
 * window with one stall moves a mean of logs little.
 *
 * The control's change is the median over its statements, each with the root of its calls as its
 * weight, as a mean's precision grows: one control statement that is hit by something else, however
 * hard, does not move it past its neighbours.
 *
 * Several targets are combined at the calls that they had before, so that a change of the mix is
 * not taken for a change of speed (a Laspeyres index).
 *
 * Whole windows are drawn with replacement, each side for itself, for the calls of one window share
 * the state of the machine; the spread of the estimate over the draws is its standard error (Efron
 * and Tibshirani 1993, chapter 6). R − 1 of R windows are drawn, because R draws understate the
 * variance by (R − 1)/R (Rao and Wu 1988). The interval reaches Student's t of such errors to both
 * sides: percentiles of the draws cannot reach beyond the windows seen, and with four or six of
 * them raised false alarms. Bystanders share one chance of a false alarm (Bonferroni).
 */

export interface Shifts {
  readonly combined: Interval;
  readonly targets: readonly Interval[];
  readonly bystanders: readonly Interval[];
  readonly drift: Interval;
}

export interface ShiftOptions {
  readonly confidence: number;
  readonly resamples: number;
}

/** Keeps a logarithm finite where the counters saw no time pass. */
const SMALLEST_MS = 1e-6;

/** Logarithms of before ÷ after at one draw; NaN where a draw holds no call. */
interface Draw {
  readonly drift: number;
  readonly combined: number;
  readonly targets: readonly number[];
  readonly bystanders: readonly number[];
}

/** before ÷ after of every watched statement, the drift of the control taken out. */
export function shiftsOf(watched: Watched, random: Random, options: ShiftOptions): Shifts {
  const { targets, bystanders, control } = watched;
  const estimate = estimator(targets, bystanders, control);
  const first = targets[0] ?? control[0] ?? bystanders[0];
  const windowsBefore = first?.before.calls.length ?? 0;
  const windowsAfter = first?.after.calls.length ?? 0;
  const point = estimate(ones(windowsBefore), ones(windowsAfter));
  const draws = Array.from({ length: options.resamples }, () =>
    estimate(drawWindows(windowsBefore, random), drawWindows(windowsAfter, random)),
  );
  const interval = (pick: (draw: Draw) => number, confidence: number): Interval =>
    intervalOf(pick(point), draws.map(pick), confidence, windowsBefore + windowsAfter - 2);
  const { confidence } = options;
  const shared = 1 - (1 - confidence) / Math.max(1, bystanders.length);
  return {
    combined: interval((draw) => draw.combined, confidence),
    targets: targets.map((_, at) => interval((draw) => draw.targets[at] ?? NaN, confidence)),
    bystanders: bystanders.map((_, at) => interval((draw) => draw.bystanders[at] ?? NaN, shared)),
    drift: interval((draw) => draw.drift, confidence),
  };
}

function estimator(
  targets: readonly Target[],
  bystanders: readonly Bystander[],
  control: readonly WatchedStatement[],
): (weightsBefore: readonly number[], weightsAfter: readonly number[]) => Draw {
  const logs = (statements: readonly WatchedStatement[]) =>
    statements.map(({ before, after, callsBefore, callsAfter }) => ({
      before: logSeries(before),
      after: logSeries(after),
      callsBefore,
      precision: Math.sqrt(Math.min(callsBefore, callsAfter)),
    }));
  const targetLogs = logs(targets);
  const bystanderLogs = logs(bystanders);
  const controlLogs = logs(control);
  return (weightsBefore, weightsAfter) => {
    const change = ({ before, after }: { before: LogSeries; after: LogSeries }): number =>
      logMean(before, weightsBefore) - logMean(after, weightsAfter);
    const drift = weightedMedian(
      controlLogs.map((statement) => ({ value: change(statement), weight: statement.precision })),
    );
    let sumBefore = 0;
    let sumAfter = 0;
    for (const { before, after, callsBefore } of targetLogs) {
      sumBefore += callsBefore * Math.exp(logMean(before, weightsBefore));
      sumAfter += callsBefore * Math.exp(logMean(after, weightsAfter));
    }
    return {
      drift,
      combined: Math.log(sumBefore / sumAfter) - drift,
      targets: targetLogs.map((statement) => change(statement) - drift),
      bystanders: bystanderLogs.map((statement) => change(statement) - drift),
    };
  };
}

interface LogSeries {
  readonly calls: readonly number[];
  /** Log of the mean time a call; 0 in a window without calls. */
  readonly logs: readonly number[];
}

function logSeries({ calls, totalMs }: Series): LogSeries {
  const logs = calls.map((count, window) =>
    count === 0 ? 0 : Math.log(Math.max((totalMs[window] ?? 0) / count, SMALLEST_MS)),
  );
  return { calls, logs };
}

function logMean({ calls, logs }: LogSeries, weights: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (let window = 0; window < calls.length; window += 1) {
    const counted = (calls[window] ?? 0) * (weights[window] ?? 0);
    sum += counted * (logs[window] ?? 0);
    weight += counted;
  }
  return sum / weight;
}

/** The value at which half of the weight is passed; 0 where there is nothing to take out. */
function weightedMedian(
  entries: readonly { readonly value: number; readonly weight: number }[],
): number {
  const known = entries.filter(({ value }) => !Number.isNaN(value));
  known.sort((one, other) => one.value - other.value);
  const half = sumOf(known.map(({ weight }) => weight)) / 2;
  let passed = 0;
  for (const [at, { value, weight }] of known.entries()) {
    passed += weight;
    if (passed > half) return value;
    if (passed === half) return (value + (known[at + 1]?.value ?? value)) / 2;
  }
  return 0;
}

function ones(count: number): readonly number[] {
  return Array.from({ length: count }, () => 1);
}

/** How often each window counts in one draw. */
function drawWindows(count: number, random: Random): readonly number[] {
  const weights = Array.from({ length: count }, () => 0);
  for (let draw = 0; draw < Math.max(1, count - 1); draw += 1) {
    const window = random.integer(count);
    weights[window] = (weights[window] ?? 0) + 1;
  }
  return weights;
}

function intervalOf(
  point: number,
  draws: readonly number[],
  confidence: number,
  degreesOfFreedom: number,
): Interval {
  const reach =
    studentUpperQuantile((1 - confidence) / 2, degreesOfFreedom) * standardDeviation(draws);
  return {
    point: Math.exp(point),
    low: Math.exp(point - reach),
    high: Math.exp(point + reach),
    confidence,
  };
}

/** Of the draws that could be computed. */
function standardDeviation(draws: readonly number[]): number {
  const known = draws.filter((draw) => !Number.isNaN(draw));
  if (known.length < 2) return 0;
  const mean = sumOf(known) / known.length;
  return Math.sqrt(sumOf(known.map((draw) => (draw - mean) ** 2)) / (known.length - 1));
}
