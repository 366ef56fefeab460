import type { HistogramData } from "./histogram-data.ts";
import { bucketIndex, bucketLowerBound, bucketMidpoint, bucketUpperBound } from "./log-linear.ts";

/** A histogram without values; the neutral element of `mergeHistograms`. */
export const EMPTY_HISTOGRAM: HistogramData = {
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  indices: [],
  counts: [],
};

/** A histogram of these values; NaN is left out. */
export function histogramOf(values: Iterable<number>): HistogramData {
  const buckets = new Map<number, number>();
  let { count, sum, min, max } = EMPTY_HISTOGRAM;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const index = bucketIndex(value);
    buckets.set(index, (buckets.get(index) ?? 0) + 1);
    count += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const sorted = [...buckets].sort(([left], [right]) => left - right);
  return {
    count,
    sum,
    min,
    max,
    indices: sorted.map(([index]) => index),
    counts: sorted.map(([, held]) => held),
  };
}

/** All values of both, without loss: the same as if they had been recorded in one. */
export function mergeHistograms(left: HistogramData, right: HistogramData): HistogramData {
  const { indices, counts } = combine(left, right, 1);
  return {
    count: left.count + right.count,
    sum: left.sum + right.sum,
    min: Math.min(left.min, right.min),
    max: Math.max(left.max, right.max),
    indices,
    counts,
  };
}

/**
 * What was recorded between two readings of one cumulative histogram. Its least and greatest value
 * are known to a bucket's width only, except where a new extreme says them.
 *
 * @returns undefined where `later` is not a continuation of `earlier`: the process began anew
 */
export function subtractHistograms(
  later: HistogramData,
  earlier: HistogramData,
): HistogramData | undefined {
  if (later.count < earlier.count) return undefined;
  const { indices, counts } = combine(later, earlier, -1);
  if (counts.some((count) => count < 0)) return undefined;
  const count = later.count - earlier.count;
  if (count === 0) return EMPTY_HISTOGRAM;
  const lowest = indices[0] ?? 0;
  const highest = indices.at(-1) ?? 0;
  return {
    count,
    sum: later.sum - earlier.sum,
    min:
      later.min < earlier.min || lowest === 0
        ? later.min
        : Math.max(later.min, bucketLowerBound(lowest)),
    max: later.max > earlier.max ? later.max : Math.min(later.max, bucketUpperBound(highest)),
    indices,
    counts,
  };
}

/**
 * The value below which a share of the recorded values lies, right to 1/64 (1.6 %).
 *
 * @param share 0 to 1: 0.95 for the 95th percentile
 * @returns NaN for a histogram without values
 */
export function histogramQuantile(data: HistogramData, share: number): number {
  if (data.count === 0) return Number.NaN;
  if (share <= 0) return data.min;
  if (share >= 1) return data.max;
  // 0.07 × 100 is 7.000000000000001 in doubles and must not become the eighth.
  const rank = Math.max(1, Math.ceil(share * data.count * (1 - Number.EPSILON)));
  let seen = 0;
  for (const [position, index] of data.indices.entries()) {
    seen += data.counts[position] ?? 0;
    if (seen >= rank) return clamp(bucketMidpoint(index), data.min, data.max);
  }
  return data.max;
}

/**
 * How many of the recorded values lie above a threshold: exact where it is a boundary of the buckets (every power of two is one), else the
 * bucket that holds it is counted by the share that lies above.
 */
export function countAbove(data: HistogramData, threshold: number): number {
  if (!(threshold < data.max)) return 0;
  if (threshold < data.min) return data.count;
  const at = bucketIndex(threshold);
  let above = 0;
  for (const [position, index] of data.indices.entries()) {
    const held = data.counts[position] ?? 0;
    if (index > at) above += held;
    else if (index === at && index > 0) {
      const low = bucketLowerBound(index);
      above += (held * (bucketUpperBound(index) - threshold)) / (bucketUpperBound(index) - low);
    }
  }
  return above;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Adds `sign` times the counts of `right` to those of `left`; buckets that come out empty are dropped. */
function combine(
  left: HistogramData,
  right: HistogramData,
  sign: 1 | -1,
): { readonly indices: number[]; readonly counts: number[] } {
  const indices: number[] = [];
  const counts: number[] = [];
  const push = (index: number, count: number): void => {
    if (count === 0) return;
    indices.push(index);
    counts.push(count);
  };
  let l = 0;
  let r = 0;
  while (l < left.indices.length || r < right.indices.length) {
    const leftIndex = left.indices[l] ?? Number.POSITIVE_INFINITY;
    const rightIndex = right.indices[r] ?? Number.POSITIVE_INFINITY;
    if (leftIndex < rightIndex) push(leftIndex, left.counts[l++] ?? 0);
    else if (rightIndex < leftIndex) push(rightIndex, sign * (right.counts[r++] ?? 0));
    else push(leftIndex, (left.counts[l++] ?? 0) + sign * (right.counts[r++] ?? 0));
  }
  return { indices, counts };
}
