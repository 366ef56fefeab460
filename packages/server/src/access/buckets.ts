/** How often something may be done: so often at once, and then so often a second. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what each of many does against an allowance (a token bucket each). */
export interface Buckets {
  /** Takes one. @returns 0, or how long to wait in ms where none is left; then none is taken */
  take(key: string): number;
  /** Takes back what was taken for nothing. */
  giveBack(key: string): void;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Who was not heard of for longest is forgotten first. */
const MOST_KEYS = 20_000;

/** @param nowMs a monotonic clock */
export function createBuckets({ burst, perSecond }: Allowance, nowMs: () => number): Buckets {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (key: string): Bucket => {
    const known = buckets.get(key);
    const now = nowMs();
    const left =
      known === undefined ? burst : known.left + ((now - known.atMs) * perSecond) / 1_000;
    const bucket = known ?? { left, atMs: now };
    bucket.left = Math.min(burst, left);
    bucket.atMs = now;
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > MOST_KEYS && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };
  return {
    take: (key) => {
      const bucket = bucketOf(key);
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1_000) / perSecond);
      bucket.left -= 1;
      return 0;
    },
    giveBack: (key) => {
      const bucket = bucketOf(key);
      bucket.left = Math.min(burst, bucket.left + 1);
    },
  };
}
