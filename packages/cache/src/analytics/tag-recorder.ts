import { SpaceSaving } from "./space-saving.ts";
import type { TagStatistics } from "./statistics.ts";

const TAGS_FOLLOWED = 64;
const TAGS_TOLD = 20;

interface TagUse {
  invalidations: number;
  widestShare: number;
}

/** Which tags drop most entries; bounded. */
export class TagRecorder {
  readonly #sketch: SpaceSaving = new SpaceSaving(TAGS_FOLLOWED);
  #uses: Map<string, TagUse> = new Map();

  /**
   * @param dropped entries that the invalidation of `tag` made worthless
   * @param entries in memory before it
   */
  record(tag: string, dropped: number, entries: number): void {
    if (dropped > 0) this.#sketch.offer(tag, dropped);
    const use = this.#uses.get(tag) ?? { invalidations: 0, widestShare: 0 };
    use.invalidations += 1;
    if (entries > 0) use.widestShare = Math.max(use.widestShare, Math.min(1, dropped / entries));
    this.#uses.set(tag, use);
    if (this.#uses.size > TAGS_FOLLOWED * 4) this.#forgetRest();
  }

  fade(): void {
    this.#sketch.halve();
    for (const [tag, use] of this.#uses) {
      use.invalidations /= 2;
      use.widestShare *= WIDTH_KEPT;
      if (use.invalidations < LEAST_INVALIDATIONS) this.#uses.delete(tag);
    }
  }

  read(): readonly TagStatistics[] {
    return this.#sketch.top(TAGS_TOLD).flatMap(({ key, count, error }) => {
      const use = this.#uses.get(key);
      if (use === undefined || count - error < 1) return [];
      const { invalidations, widestShare } = use;
      return [{ tag: key, entries: count - error, invalidations, widestShare }];
    });
  }

  #forgetRest(): void {
    const followed = new Set(this.#sketch.top().map(({ key }) => key));
    this.#uses = new Map([...this.#uses].filter(([tag]) => followed.has(tag)));
  }
}

/** A width is not a sum, so it fades more slowly than a count. */
const WIDTH_KEPT = 0.9;
const LEAST_INVALIDATIONS = 1 / 16;
