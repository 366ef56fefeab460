import type { Interval, Random } from "@streamgate/core";
import { quantileOfSorted } from "./statistics.ts";

/*
 * The shift of a quantile, with its interval.
 *
 * The question is by which factor a quantile of the run time fell: θ = Q_p(before) / Q_p(after).
 * Run times are skewed, with modes and outliers, so nothing is assumed about their form: θ's
 * sampling distribution is approached by resampling (B. Efron and R. J. Tibshirani, An
 * Introduction to the Bootstrap, Chapman & Hall 1993, chapters 6 and 13). The rounds of a run are
 * drawn with replacement, B times; each draw gives one θ*, and the interval reaches from the α/2
 * to the 1 − α/2 quantile of the θ*: the percentile interval, which is unchanged by monotone
 * transformation, so that the interval of 1/θ is the interval of θ turned round.
 *
 * What is drawn is a round, not a call. The calls of one round share the state of the machine,
 * and both versions ran in it: drawing it whole keeps the calls of a version together (they are
 * not independent) and both versions paired (what slowed both cancels), as in the block bootstrap
 * of A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, Cambridge
 * University Press 1997, section 3.8. R − 1 of R rounds are drawn, because R draws understate the
 * variance by (R − 1)/R (J. N. K. Rao and C. F. J. Wu, "Resampling Inference with Complex Survey
 * Data", Journal of the American Statistical Association 83 (1988)).
 *
 * No resample is sorted: the calls are sorted once, a draw gives each call the weight of its round,
 * and one walk over the sorted calls finds the order statistics. O(B · n) in typed arrays.
 */

/** The calls of one round, of both versions. */
export interface Round {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface BootstrapOptions {
  /** Share of such intervals that hold the true ratio, 0 to 1. @default 0.95 */
  readonly confidence?: number;
  /** How often the rounds are drawn. @default 2000 */
  readonly resamples?: number;
}

const DEFAULTS: Required<BootstrapOptions> = { confidence: 0.95, resamples: 2_000 };

/** Keeps a ratio finite where the clock saw no time pass. */
const SMALLEST = 1e-6;

/**
 * before ÷ after of a quantile, with its interval; the versions ran in the same rounds.
 *
 * @param rounds at least one call of either version among them
 */
export function quantileShift(
  rounds: readonly Round[],
  probability: number,
  random: Random,
  options: BootstrapOptions = {},
): Interval {
  const before = sortedCalls(rounds.map((round) => round.before));
  const after = sortedCalls(rounds.map((round) => round.after));
  const drawBoth = (): void => {
    drawWeights(before.weights, random);
    after.weights.set(before.weights);
  };
  return bootstrap(before, after, drawBoth, probability, options);
}

/** before ÷ after of a quantile, with its interval, of two samples that have nothing in common. */
export function quantileRatio(
  before: readonly number[],
  after: readonly number[],
  probability: number,
  random: Random,
  options: BootstrapOptions = {},
): Interval {
  const left = sortedCalls(before.map((call) => [call]));
  const right = sortedCalls(after.map((call) => [call]));
  const drawEach = (): void => {
    drawWeights(left.weights, random);
    drawWeights(right.weights, random);
  };
  return bootstrap(left, right, drawEach, probability, options);
}

/** Calls in ascending order, each with the round that it ran in, and the weight of every round. */
interface SortedCalls {
  readonly values: Float64Array;
  readonly rounds: Uint32Array;
  readonly weights: Uint32Array;
}

function sortedCalls(rounds: readonly (readonly number[])[]): SortedCalls {
  const calls = rounds.flatMap((values, round) => values.map((value) => ({ value, round })));
  calls.sort((left, right) => left.value - right.value);
  return {
    values: Float64Array.from(calls, (call) => call.value),
    rounds: Uint32Array.from(calls, (call) => call.round),
    weights: new Uint32Array(rounds.length).fill(1),
  };
}

function drawWeights(weights: Uint32Array, random: Random): void {
  weights.fill(0);
  const draws = Math.max(1, weights.length - 1);
  for (let draw = 0; draw < draws; draw += 1) {
    const round = random.integer(weights.length);
    weights[round] = (weights[round] ?? 0) + 1;
  }
}

function bootstrap(
  before: SortedCalls,
  after: SortedCalls,
  draw: () => void,
  probability: number,
  options: BootstrapOptions,
): Interval {
  const { confidence, resamples } = { ...DEFAULTS, ...options };
  const ratio = (): number =>
    Math.max(weightedQuantile(before, probability), SMALLEST) /
    Math.max(weightedQuantile(after, probability), SMALLEST);
  const point = ratio();
  if (Number.isNaN(point)) throw new RangeError("a shift needs a call before and a call after");
  const drawn = new Float64Array(resamples);
  let filled = 0;
  for (let resample = 0; resample < resamples; resample += 1) {
    draw();
    const value = ratio();
    // A draw of rounds in which one version never ran says nothing.
    if (!Number.isNaN(value)) drawn[filled++] = value;
  }
  const sorted = drawn.subarray(0, filled).sort();
  if (filled === 0) return { point, low: point, high: point, confidence };
  const tail = (1 - confidence) / 2;
  return {
    point,
    low: quantileOfSorted(sorted, tail),
    high: quantileOfSorted(sorted, 1 - tail),
    confidence,
  };
}

/** Type 7 over calls that count as often as their round was drawn; NaN where none was. */
function weightedQuantile(calls: SortedCalls, probability: number): number {
  const { values, rounds, weights } = calls;
  let total = 0;
  for (let call = 0; call < rounds.length; call += 1) total += weights[rounds[call] ?? 0] ?? 0;
  if (total === 0) return Number.NaN;
  const position = (total - 1) * probability;
  const rank = Math.floor(position);
  let passed = 0;
  let low = Number.NaN;
  for (let call = 0; call < values.length; call += 1) {
    passed += weights[rounds[call] ?? 0] ?? 0;
    const value = values[call] ?? Number.NaN;
    if (Number.isNaN(low) && passed > rank) low = value;
    if (passed > rank + 1) return low + (position - rank) * (value - low);
  }
  return low;
}
