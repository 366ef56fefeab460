import type { HistogramData } from "../metrics/histogram-data.ts";
import { bucketIndex, bucketLowerBound, bucketUpperBound } from "../metrics/log-linear.ts";

/** Boundaries where nobody chose any: powers of two, which are boundaries of native histograms at every schema from 0 as well. */
const DEFAULT_EXPONENTS: Readonly<
  Record<string, readonly [from: number, to: number, step: number]>
> = {
  // A quarter of a millisecond to half a minute.
  seconds: [-12, 5, 1],
  // 64 bytes to a gigabyte.
  bytes: [6, 30, 2],
  ratio: [-7, 0, 1],
};
const OTHER_EXPONENTS = [0, 20, 2] as const;

/** The classic (`le`) buckets of a histogram, each the sum of whole buckets of its own, so that every count is exact. */
export interface ClassicBuckets {
  /** Upper bounds, ascending, without +Inf. */
  readonly boundaries: readonly number[];
  /** The last bucket of the histogram below each boundary. */
  readonly lastIndices: readonly number[];
}

/** @param wanted boundaries that a person chose; each is moved to the nearest one of the histogram */
export function classicBuckets(unit: string, wanted?: readonly number[]): ClassicBuckets {
  const lastIndices = [...new Set((wanted ?? defaultBoundaries(unit)).map(nearestIndex))];
  return {
    lastIndices,
    boundaries: lastIndices.map((index) => (index === 0 ? 0 : bucketUpperBound(index))),
  };
}

/**
 * How many values lie at or below each boundary; exact, as the boundaries are the histogram's own.
 *
 * @returns one count a boundary, and the count of all
 */
export function cumulativeCounts(
  data: HistogramData,
  { lastIndices }: ClassicBuckets,
): readonly number[] {
  const counts: number[] = [];
  let position = 0;
  let seen = 0;
  for (const last of lastIndices) {
    while ((data.indices[position] ?? Number.POSITIVE_INFINITY) <= last) {
      seen += data.counts[position] ?? 0;
      position += 1;
    }
    counts.push(seen);
  }
  return [...counts, data.count];
}

function defaultBoundaries(unit: string): readonly number[] {
  const [from, to, step] = DEFAULT_EXPONENTS[unit] ?? OTHER_EXPONENTS;
  const boundaries: number[] = [];
  for (let exponent = from; exponent <= to; exponent += step) boundaries.push(2 ** exponent);
  return boundaries;
}

/** The bucket whose upper bound is nearest. */
function nearestIndex(boundary: number): number {
  const index = bucketIndex(boundary);
  if (index === 0) return 0;
  const isLowerNearer = boundary - bucketLowerBound(index) < bucketUpperBound(index) - boundary;
  return isLowerNearer ? index - 1 : index;
}
