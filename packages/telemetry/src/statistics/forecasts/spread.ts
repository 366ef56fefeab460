import { quantileOfSorted } from "../ranks/quantile.ts";
import type { ErrorPath } from "./backtest.ts";

/** How far the truth lies from a forecast, as bounds by steps ahead. */
export interface Spread {
  /** The errors between which the truth lies with the asked confidence. */
  bounds(stepsAhead: number): { readonly low: number; readonly high: number };
  /** The middle error: what a forecast is systematically off. */
  bias(stepsAhead: number): number;
}

/** Steps learn from their neighbours, this share of the way to and fro. */
const NEIGHBOURHOOD = 0.15;
/** Up to so many steps ahead each has errors of its own; farther ones share those of a step at most 2 % away, as most of them are the same. */
const EXACT_STEPS = 128;
const SHARED = 1.02;
/** Neighbours of a step that are looked at, of each path. */
const MOST_NEIGHBOURS = 41;
/** How far the bounds go beyond the worst error for each rank that is missing, as a share of their distance. */
const BEYOND = 0.25;
/** How quickly the level adapts to intervals that were too narrow or too wide. */
const ADAPTATION = 0.02;

/**
 * Bounds from the errors of earlier forecasts, as in split conformal prediction (Vovk, Gammerman
 * and Shafer, "Algorithmic Learning in a Random World", 2005), with the level corrected by how
 * often earlier bounds really held (adaptive conformal inference, Gibbs and Candès, 2021), since a
 * series is not exchangeable. Beyond the longest path the bounds grow with the square root of the
 * distance.
 */
export function spreadOf(paths: readonly ErrorPath[], confidence: number): Spread {
  const level = adaptedLevel(paths, confidence);
  const longest = Math.max(1, ...paths.map(({ errors }) => errors.length));
  const known = new Map<number, Float64Array>();
  const sortedErrors = (stepsAhead: number): Float64Array => {
    const step = sharedStep(Math.min(stepsAhead, longest));
    const sorted = known.get(step) ?? errorsAt(paths, step);
    known.set(step, sorted);
    return sorted;
  };
  return {
    bounds: (stepsAhead) => {
      const growth = Math.sqrt(Math.max(1, stepsAhead / longest));
      const sorted = sortedErrors(stepsAhead);
      const { low, high } = conformalBounds(sorted, independent(paths, stepsAhead), level);
      const middle = quantileOfSorted(sorted, 0.5);
      return { low: middle + (low - middle) * growth, high: middle + (high - middle) * growth };
    },
    bias: (stepsAhead) => quantileOfSorted(sortedErrors(stepsAhead), 0.5),
  };
}

/** The step whose errors stand for those of this one. */
function sharedStep(stepsAhead: number): number {
  if (stepsAhead <= EXACT_STEPS) return stepsAhead;
  const power = Math.floor(Math.log(stepsAhead / EXACT_STEPS) / Math.log(SHARED));
  return Math.floor(EXACT_STEPS * SHARED ** power);
}

/** Errors at about so many steps ahead, ascending; of many neighbours so many that lie evenly. */
function errorsAt(paths: readonly ErrorPath[], stepsAhead: number): Float64Array {
  const reach = Math.floor(stepsAhead * NEIGHBOURHOOD);
  const stride = Math.max(1, (2 * reach + 1) / MOST_NEIGHBOURS);
  const found: number[] = [];
  for (const { errors } of paths) {
    const end = Math.min(errors.length, stepsAhead + reach);
    for (let at = Math.max(0, stepsAhead - 1 - reach); at < end; at += stride)
      found.push(errors[Math.floor(at)] ?? 0);
  }
  // Sorts numbers as such, and four times as fast as a list of anything.
  return Float64Array.from(found).sort();
}

/** Paths that overlap tell the same story: how many of them, as far as so many steps ahead, do not. */
function independent(paths: readonly ErrorPath[], stepsAhead: number): number {
  const first = paths[0]?.origin ?? 0;
  const last = paths.at(-1)?.origin ?? first;
  return Math.min(paths.length, 1 + (last - first) / stepsAhead);
}

/** Both tails by the conformal rank among independent errors, which counts the forecast to come as one more. */
function conformalBounds(
  sorted: Float64Array,
  size: number,
  level: number,
): { readonly low: number; readonly high: number } {
  if (sorted.length === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const tail = (1 - level) / 2;
  const share = Math.max(0.5, ((1 - tail) * (size + 1)) / size);
  const low = quantileOfSorted(sorted, 1 - share);
  const high = quantileOfSorted(sorted, share);
  if (share <= 1) return { low, high };
  // Too few to have seen errors this rare: the tail goes on beyond the worst that was seen.
  const beyond = BEYOND * (high - low) * (share - 1) * size;
  return { low: low - beyond, high: high + beyond };
}

/** The level at which the bounds of the past would have held as often as promised. */
function adaptedLevel(paths: readonly ErrorPath[], confidence: number): number {
  const CALIBRATION = 12;
  let level = confidence;
  for (let index = CALIBRATION; index < paths.length; index += 1) {
    const { errors } = paths[index] ?? { errors: [] };
    if (errors.length === 0) continue;
    const known = paths.slice(0, index);
    const probes = probesOf(errors.length);
    const missed = probes.filter((step) => {
      const { low, high } = conformalBounds(errorsAt(known, step), independent(known, step), level);
      const error = errors[step - 1] ?? 0;
      return error < low || error > high;
    }).length;
    level += ADAPTATION * (missed / probes.length - (1 - confidence)) * 2;
    level = Math.min(0.995, Math.max(confidence - 0.1, level));
  }
  return level;
}

function probesOf(steps: number): readonly number[] {
  const count = Math.min(8, steps);
  return Array.from({ length: count }, (_, index) => Math.ceil(((index + 1) * steps) / count));
}
