import {
  bucketIndex,
  bucketLowerBound,
  bucketMidpoint,
  bucketUpperBound,
  type HistogramData,
} from "@streamgate/telemetry";

/** A histogram as Prometheus has it: how many values are at most each bound. Cumulative in both senses. */
export interface ClassicHistogram {
  /** Ascending; the last is +Infinity. */
  readonly bounds: readonly number[];
  /** How many values are at or below each bound. */
  readonly cumulative: readonly number[];
  readonly sum: number;
}

/** What was recorded between two readings; all of the later one where the process began anew in between. */
export function subtractClassic(
  later: ClassicHistogram,
  earlier: ClassicHistogram,
): ClassicHistogram {
  const isSameLayout =
    later.bounds.length === earlier.bounds.length &&
    later.bounds.every((bound, at) => bound === earlier.bounds[at]);
  const hasBegunAnew =
    !isSameLayout || later.cumulative.some((count, at) => count < (earlier.cumulative[at] ?? 0));
  if (hasBegunAnew) return later;
  return {
    bounds: later.bounds,
    cumulative: later.cumulative.map((count, at) => count - (earlier.cumulative[at] ?? 0)),
    sum: later.sum - earlier.sum,
  };
}

/** Into how many equal parts a classic bucket's values are thought to fall. */
const PARTS = 4;

/**
 * A classic histogram in our buckets. Where in its bucket a value lies nobody knows: as Prometheus
 * does, values are spread evenly, here at the middles of four equal parts; so a quantile is right to
 * an eighth of the bucket's width, and counts above a bound of the histogram are exact. What is
 * beyond the last finite bound is put just above it.
 */
export function fromClassic({ bounds, cumulative, sum }: ClassicHistogram): HistogramData {
  const buckets = new Map<number, number>();
  const put = (index: number, count: number): void => {
    if (count > 0) buckets.set(index, (buckets.get(index) ?? 0) + count);
  };
  let low = 0;
  let below = 0;
  for (const [at, high] of bounds.entries()) {
    const count = Math.max(0, Math.round((cumulative[at] ?? 0) - below));
    below = Math.max(below, cumulative[at] ?? 0);
    if (high === Number.POSITIVE_INFINITY) put(firstBucketAbove(low), count);
    else if (high <= 0) put(0, count);
    else spread(low, high, count, put);
    low = Math.max(0, high);
  }
  const indices = [...buckets.keys()].sort((left, right) => left - right);
  const counts = indices.map((index) => buckets.get(index) ?? 0);
  const [lowest] = indices;
  const highest = indices.at(-1);
  return {
    count: counts.reduce((total, count) => total + count, 0),
    sum: Number.isFinite(sum) ? sum : estimatedSum(indices, counts),
    min: lowest === undefined ? Number.POSITIVE_INFINITY : bucketLowerBound(lowest),
    max: highest === undefined ? Number.NEGATIVE_INFINITY : bucketUpperBound(highest),
    indices,
    counts,
  };
}

function spread(
  low: number,
  high: number,
  count: number,
  put: (index: number, count: number) => void,
): void {
  const last = lastBucketBelow(high);
  const first = low === 0 ? 0 : firstBucketAbove(low);
  let placed = 0;
  for (let part = 1; part <= PARTS; part += 1) {
    const until = Math.round((count * part) / PARTS);
    const middle = low + ((high - low) * (part - 0.5)) / PARTS;
    put(Math.min(Math.max(bucketIndex(middle), first), last), until - placed);
    placed = until;
  }
}

/** The last bucket that holds nothing above the bound. */
function lastBucketBelow(bound: number): number {
  const index = bucketIndex(bound);
  return index === 0 || bucketUpperBound(index) <= bound ? index : index - 1;
}

/** The first bucket that holds nothing at or below the bound. */
function firstBucketAbove(bound: number): number {
  const last = lastBucketBelow(bound);
  return bucketUpperBound(last) < bound ? last + 2 : last + 1;
}

function estimatedSum(indices: readonly number[], counts: readonly number[]): number {
  return indices.reduce((total, index, at) => total + bucketMidpoint(index) * (counts[at] ?? 0), 0);
}
