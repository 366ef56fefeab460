const LOWEST_MS = 0.01;
const GROWTH = 1.02;
const BUCKETS = 1_024;

/** Latencies in buckets that grow by 2 % each, from 10 µs to hours, in 4 KB. */
export class LatencyHistogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;

  add(durationMs: number): void {
    const bucket = Math.ceil(
      Math.log(Math.max(durationMs, LOWEST_MS) / LOWEST_MS) / Math.log(GROWTH),
    );
    const index = Math.min(bucket, BUCKETS - 1);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total += 1;
  }

  /** The bucket's upper bound, to three digits; null of none. */
  quantileMs(share: number): number | null {
    if (this.total === 0) return null;
    const wanted = Math.max(1, Math.ceil(this.total * share));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= wanted) return Number((LOWEST_MS * GROWTH ** bucket).toPrecision(3));
    }
    return null;
  }
}
