/**
 * Log-linear buckets as base-2 exponential ones (OpenTelemetry's ExponentialHistogram, Prometheus's native histograms), whose boundaries
 * are the powers of 2^(2^-scale). Both have boundaries at the powers of two:
 *
 * - Up to scale 0 each of our buckets lies within one of theirs, so that the counts are exact.
 * - Above, a bucket of ours that straddles a boundary goes where its middle lies. A value is then counted in its own bucket or in a
 *   neighbour of it, and the middle (geometric) of where it is counted differs from it by at most (1 + 1/64) × 2^(2^-(scale+1)) − 1:
 *   6.1 % at scale 3, 3.8 % at 4, 2.7 % at 5. Above scale 5 their buckets are narrower than ours and would only pretend.
 */
import type { HistogramData } from "./histogram-data.ts";
import { BUCKETS_PER_OCTAVE } from "./log-linear.ts";

/** Beyond this their buckets are narrower than ours. */
export const FINEST_SCALE = 5;
const COARSEST_SCALE = -10;
/** What the OpenTelemetry SDKs allow by default. */
const MOST_BUCKETS = 160;
const EXPONENT_BIAS = 1023;

/** A histogram of values above 0 by buckets of equal ratio. */
export interface ExponentialHistogram {
  /** The ratio of a bucket's bounds is 2^(2^-scale). */
  readonly scale: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Values of 0 and below, and those up to 2^-1022. */
  readonly zeroCount: number;
  /**
   * Of the first of `counts`: bucket i holds what is above base^i, up to base^(i+1), as OpenTelemetry counts; for Prometheus, which counts by
   * the upper bound, one more.
   */
  readonly offset: number;
  /** Without gaps. */
  readonly counts: readonly number[];
}

/**
 * The same distribution in base-2 exponential buckets; see the head of this file for how exact that is.
 *
 * @param scale −10 to 5; left out: the finest at which the buckets from the least to the greatest are at most 160
 */
export function toExponentialHistogram(
  data: HistogramData,
  scale: number = finestScale(data),
): ExponentialHistogram {
  const used = Math.min(FINEST_SCALE, Math.max(COARSEST_SCALE, Math.trunc(scale)));
  const place = placesAt(used);
  const zeroCount = data.indices[0] === 0 ? (data.counts[0] ?? 0) : 0;
  const offset = place(leastIndex(data));
  const counts = new Array<number>(
    zeroCount === data.count ? 0 : place(greatestIndex(data)) - offset + 1,
  ).fill(0);
  for (const [position, index] of data.indices.entries()) {
    if (index === 0) continue;
    const at = place(index) - offset;
    counts[at] = (counts[at] ?? 0) + (data.counts[position] ?? 0);
  }
  const { count, sum, min, max } = data;
  return { scale: used, count, sum, min, max, zeroCount, offset, counts };
}

function finestScale(data: HistogramData): number {
  let scale = FINEST_SCALE;
  while (scale > COARSEST_SCALE) {
    const place = placesAt(scale);
    if (place(greatestIndex(data)) - place(leastIndex(data)) < MOST_BUCKETS) break;
    scale -= 1;
  }
  return scale;
}

/** The first bucket with values above 0; that of 1 where there is none. */
function leastIndex({ indices }: HistogramData): number {
  return indices.find((index) => index > 0) ?? EXPONENT_BIAS * BUCKETS_PER_OCTAVE;
}

function greatestIndex({ indices }: HistogramData): number {
  const greatest = indices.at(-1) ?? 0;
  return greatest > 0 ? greatest : EXPONENT_BIAS * BUCKETS_PER_OCTAVE;
}

/** Where a bucket of ours goes at a scale. */
function placesAt(scale: number): (index: number) => number {
  const octave = (index: number): number => Math.floor(index / BUCKETS_PER_OCTAVE) - EXPONENT_BIAS;
  if (scale <= 0) return (index) => Math.floor(octave(index) / 2 ** -scale);
  const perOctave = 2 ** scale;
  const within = Array.from({ length: BUCKETS_PER_OCTAVE }, (_, part) => {
    const middle = 1 + (part + 0.5) / BUCKETS_PER_OCTAVE;
    return Math.ceil(Math.log2(middle) * perOctave) - 1;
  });
  return (index) => octave(index) * perOctave + (within[index % BUCKETS_PER_OCTAVE] ?? 0);
}
