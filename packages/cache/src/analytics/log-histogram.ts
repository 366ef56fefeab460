/**
 * Buckets whose bounds grow by the eighth root of two: a quantile read from them is off by at most
 * 4.4 % (the idea of DDSketch: Masson, Rim, Lee, VLDB 2019). From 0.001 to 10^6 of whatever unit is used.
 */
const BUCKETS_PER_DOUBLING = 8;
const LEAST = 0.001;
const DOUBLINGS = 41;
export const HISTOGRAM_BUCKETS: number = BUCKETS_PER_DOUBLING * DOUBLINGS;

/** The bucket of a value; what lies outside goes to the first or the last. */
export function bucketOf(value: number): number {
  if (!(value > LEAST)) return 0;
  const bucket = Math.floor(Math.log2(value / LEAST) * BUCKETS_PER_DOUBLING);
  return Math.min(HISTOGRAM_BUCKETS - 1, bucket);
}

/** What a distribution is told by. All 0 where nothing was counted. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  /** Upper bound of the highest bucket that holds a value. */
  readonly max: number;
}

/**
 * @param buckets counts, of {@link HISTOGRAM_BUCKETS} buckets
 * @param sum of the exact values
 */
export function distributionOf(buckets: Float64Array, sum: number): Distribution {
  const count = buckets.reduce((total, each) => total + each, 0);
  if (count <= 0) return { count: 0, sum: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 };
  const highest = buckets.findLastIndex((each) => each > 0);
  return {
    count,
    sum,
    mean: sum / count,
    p50: quantileOf(buckets, count, 0.5),
    p90: quantileOf(buckets, count, 0.9),
    p95: quantileOf(buckets, count, 0.95),
    p99: quantileOf(buckets, count, 0.99),
    max: boundOf(highest + 1),
  };
}

/** The geometric middle of the bucket in which the quantile lies. */
function quantileOf(buckets: Float64Array, count: number, probability: number): number {
  const rank = Math.ceil(count * probability);
  let seen = 0;
  for (let bucket = 0; bucket < buckets.length; bucket += 1) {
    seen += buckets[bucket] ?? 0;
    if (seen >= rank) return boundOf(bucket + 0.5);
  }
  return boundOf(buckets.length);
}

function boundOf(bucket: number): number {
  return LEAST * 2 ** (bucket / BUCKETS_PER_DOUBLING);
}
