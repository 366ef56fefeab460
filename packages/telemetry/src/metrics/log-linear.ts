/**
 * The buckets of every histogram: log-linear, 32 equal parts of each power of two, so that a value
 * and the middle of its bucket differ by at most 1/64 (1.6 %) of the value. The index of a bucket
 * is the exponent and the first five bits of the mantissa of the IEEE 754 double, which makes
 * finding it a shift; boundaries are exact doubles, and every power of two is one of them.
 *
 * A boundary belongs to the bucket below it, as `le` of Prometheus and the buckets of OpenTelemetry
 * have it. Bucket 0 holds zero, all that is below it, and what is too small to matter (up to 2^-1022).
 */
const MANTISSA_BITS = 5;
const SHIFT = 20 - MANTISSA_BITS;

/** Equal parts of a power of two. */
export const BUCKETS_PER_OCTAVE: number = 1 << MANTISSA_BITS;

/** Index of the last bucket that holds finite numbers; infinities are counted there. */
export const LAST_BUCKET: number = 2047 * BUCKETS_PER_OCTAVE - 1;

const FIRST_NORMAL_BUCKET = BUCKETS_PER_OCTAVE;
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH: 0 | 1 = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW: 0 | 1 = HIGH === 1 ? 0 : 1;

/**
 * The bucket of a value.
 *
 * @param value any number but NaN
 * @returns an integer from 0 to `LAST_BUCKET`
 */
export function bucketIndex(value: number): number {
  if (!(value > 0)) return 0;
  double[0] = value;
  const high = words[HIGH] ?? 0;
  // Only a boundary ends in 32 zero bits and changes its bucket by one less.
  const index = (words[LOW] === 0 ? high - 1 : high) >>> SHIFT;
  return index < FIRST_NORMAL_BUCKET ? 0 : index;
}

/** The greatest value below a bucket, which does not belong to it; 0 for bucket 0. */
export function bucketLowerBound(index: number): number {
  if (index < FIRST_NORMAL_BUCKET) return 0;
  words[HIGH] = index << SHIFT;
  words[LOW] = 0;
  return double[0] ?? 0;
}

/** The greatest value of a bucket, which belongs to it; `Infinity` for the last. */
export function bucketUpperBound(index: number): number {
  return bucketLowerBound(Math.max(index, FIRST_NORMAL_BUCKET - 1) + 1);
}

/** The value that stands for a bucket: its middle; 0 for bucket 0. */
export function bucketMidpoint(index: number): number {
  if (index < FIRST_NORMAL_BUCKET) return 0;
  return (bucketLowerBound(index) + bucketUpperBound(index)) / 2;
}
