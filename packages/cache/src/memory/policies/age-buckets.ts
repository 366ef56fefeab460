/** Ages in uses fall into two buckets an octave, so that 64 buckets reach from one use to 2^32. */
export const AGE_BUCKETS = 64;

/** The bucket of an age, a whole number below 2^32. */
export function bucketOfAge(age: number): number {
  if (age < 2) return age;
  const octave = 31 - Math.clz32(age);
  return 2 * octave + ((age >>> (octave - 1)) & 1);
}

/** The youngest age of a bucket; of bucket 64, the end of the oldest. */
export function ageOfBucket(bucket: number): number {
  return bucket < 2 ? bucket : 2 ** (bucket >> 1) * (bucket % 2 === 0 ? 1 : 1.5);
}
