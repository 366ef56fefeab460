import type { HistogramData } from "@streamgate/telemetry";

/** Counts of histogram buckets as they are added up: a dense stretch of buckets, which grows where it must. */
export class BucketTally {
  #first = 0;
  #held = new Float64Array(0);
  count = 0;
  sum = 0;
  min: number = Number.POSITIVE_INFINITY;
  max: number = Number.NEGATIVE_INFINITY;

  /** Buckets from `from` to before `to` of columns, ascending. */
  addBuckets(indices: readonly number[], held: readonly number[], from: number, to: number): void {
    if (from === to) return;
    this.#makeRoom(indices[from] ?? 0, indices[to - 1] ?? 0);
    const first = this.#first;
    const tally = this.#held;
    for (let at = from; at < to; at += 1) {
      const bucket = (indices[at] ?? 0) - first;
      tally[bucket] = (tally[bucket] ?? 0) + (held[at] ?? 0);
    }
  }

  addExtent(count: number, sum: number, min: number, max: number): void {
    this.count += count;
    this.sum += sum;
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
  }

  data(): HistogramData {
    const indices: number[] = [];
    const counts: number[] = [];
    for (const [bucket, held] of this.#held.entries()) {
      if (held === 0) continue;
      indices.push(bucket + this.#first);
      counts.push(held);
    }
    const { count, sum, min, max } = this;
    return { count, sum, min, max, indices, counts };
  }

  #makeRoom(lowest: number, highest: number): void {
    const { length } = this.#held;
    if (length > 0 && lowest >= this.#first && highest < this.#first + length) return;
    const first = length === 0 ? lowest : Math.min(lowest, this.#first);
    const end = length === 0 ? highest + 1 : Math.max(highest + 1, this.#first + length);
    const grown = new Float64Array(end - first);
    grown.set(this.#held, length === 0 ? 0 : this.#first - first);
    this.#first = first;
    this.#held = grown;
  }
}
