import type { PolicyMaker } from "../../memory/policy.ts";
import { MiniatureCache } from "./miniature-cache.ts";
import { SampledKeys } from "./sampled-keys.ts";

/** The sizes that the curve answers for, as multiples of the present one. */
export const CURVE_MULTIPLES = [0.25, 0.5, 1, 2, 4, 8] as const;

const HASHES = 2 ** 32;
const MOST_RATE = 0.01;
/** The miniature of the present size has about so many entries at most, whatever the size. */
const MOST_SAMPLED_ENTRIES = 4_096;
/** The error at the present size is multiplied by this at most for a smaller one. */
const MOST_CORRECTION = 2;

export interface HitRatioCurveOptions {
  /** Makes the policy of the real cache, for each miniature one of its own. */
  readonly makePolicy: PolicyMaker;
  /** How many entries the real cache holds when full. */
  readonly entries: number;
  /** The real cache's bound in bytes. @default none */
  readonly bytes?: number;
  /** Share of all keys that is watched at most, over 0 to 1. @default 0.01 */
  readonly mostRate?: number;
  /** @default ¼, ½, 1, 2, 4 and 8 */
  readonly multiples?: readonly number[];
}

/** What the whole cache saw in the time of the curve. */
export interface MeasuredUse {
  /** Hits and misses together. */
  readonly uses: number;
  /** Without them the sample has to stand alone. */
  readonly hits?: number;
}

/** The hit ratio that the cache would have at another size. */
export interface CurvePoint {
  readonly multiple: number;
  readonly entries: number;
  /** 0 to 1. */
  readonly hitRatio: number;
}

/**
 * "Twice the memory would give 98.1 %": the hit ratio of this cache at other sizes, while it runs.
 *
 * Of all keys a fixed share is watched, chosen by hash, so that all uses of a key are seen or none (SHARDS: Waldspurger,
 * Park, Garthwaite, Ahmad, FAST '15). Their uses run through caches that are smaller by that share, one for each
 * size, under the real cache's own policy (miniature simulation: Waldspurger, Saemundsson, Ahmad, Park, ATC '17).
 * Stack distances would need less, but tell of LRU only, and a cache that beats LRU by ten points is not described by it.
 * A sample has more or fewer of the hottest keys than its share; these hit at any size, therefore the uses
 * missing from the sample are taken for hits, or the surplus from the hits (SHARDS-adj). What error is left at the present size
 * is known, since the real cache measured its hit ratio, and the other points are corrected by it.
 * The rate falls as the cache grows, so that memory is bounded (the fixed-size variant of SHARDS).
 */
export class HitRatioCurve {
  private entries: number;
  private bytes: number;
  private limit: number;
  private sampledUses = 0;
  private readonly multiples: readonly number[];
  private readonly keys = new SampledKeys();
  private readonly miniatures: readonly MiniatureCache[];

  constructor(options: HitRatioCurveOptions) {
    const { entries, bytes, mostRate = MOST_RATE, multiples = CURVE_MULTIPLES } = options;
    this.entries = entries;
    this.bytes = bytes ?? Number.POSITIVE_INFINITY;
    this.multiples = multiples;
    this.limit = Math.floor(Math.min(mostRate, MOST_SAMPLED_ENTRIES / entries) * HASHES);
    this.miniatures = multiples.map(
      () => new MiniatureCache(this.keys, options.makePolicy, this.rate),
    );
    this.aimMiniatures();
  }

  /** Share of keys watched. */
  get rate(): number {
    return this.limit / HASHES;
  }

  /** Whether the uses of this key are to be recorded. What was refused once is never taken later. */
  isSampled(keyHash: number): boolean {
    return placeInSample(keyHash) < this.limit;
  }

  /** A use of a sampled key, hit or miss alike; of others nothing is taken. */
  record(keyHash: number, sizeBytes: number = 0): void {
    if (!this.isSampled(keyHash)) return;
    this.sampledUses += 1;
    const id = this.keys.take(keyHash);
    this.keys.hold(id);
    for (const miniature of this.miniatures) miniature.use(id, keyHash, sizeBytes);
    this.keys.release(id);
  }

  /** A sampled key left the real cache for another reason than eviction. */
  removed(keyHash: number): void {
    const id = this.keys.find(keyHash);
    if (id === undefined) return;
    this.keys.hold(id);
    for (const miniature of this.miniatures) miniature.remove(id);
    this.keys.release(id);
  }

  /** The real cache holds another number of entries, or has another bound. */
  aim(entries: number, bytes: number = Number.POSITIVE_INFINITY): void {
    this.entries = entries;
    this.bytes = bytes;
    if (this.rate * entries > 2 * MOST_SAMPLED_ENTRIES) this.lowerRate();
    this.aimMiniatures();
  }

  /** Counts from now; what the miniatures hold stays, so that there is no second cold start. */
  restart(): void {
    this.sampledUses = 0;
    for (const miniature of this.miniatures) miniature.hits = 0;
  }

  /**
   * The points, smallest size first; none while nothing was recorded.
   *
   * @param measured what the whole cache counted since the curve began or restarted; without it the sample's own hits count
   */
  points(measured?: MeasuredUse): readonly CurvePoint[] {
    if (this.sampledUses === 0) return [];
    const estimates = this.miniatures.map(({ hits }) => this.estimate(hits, measured?.uses));
    const present = estimates[this.multiples.indexOf(1)];
    const correct =
      present === undefined || measured?.hits === undefined
        ? undefined
        : correctionBy(present, measured.hits / measured.uses);
    return this.multiples.map((multiple, place) => {
      const estimate = estimates[place] ?? 0;
      return {
        multiple,
        entries: Math.round(this.entries * multiple),
        hitRatio: correct === undefined ? estimate : correct(estimate),
      };
    });
  }

  private estimate(hits: number, uses: number | undefined): number {
    const expected = uses === undefined ? this.sampledUses : uses * this.rate;
    return clamp((hits + expected - this.sampledUses) / expected);
  }

  private lowerRate(): void {
    const before = this.rate;
    this.limit = Math.floor((MOST_SAMPLED_ENTRIES / this.entries) * HASHES);
    for (const keyHash of this.keys.keyHashes()) {
      if (!this.isSampled(keyHash)) this.removed(keyHash);
    }
    const share = this.rate / before;
    this.sampledUses *= share;
    for (const miniature of this.miniatures) miniature.hits *= share;
  }

  private aimMiniatures(): void {
    this.miniatures.forEach((miniature, place) => {
      const share = this.rate * (this.multiples[place] ?? 1);
      miniature.aim(this.entries * share, this.bytes * share);
    });
  }
}

/**
 * The error at the present size is that of keys which miss there; at another size it is taken to be larger or smaller as the
 * misses are, the estimate of least variance for keys that miss in proportion at both.
 */
function correctionBy(estimated: number, measured: number): (estimate: number) => number {
  const error = estimated - measured;
  return (estimate) => {
    const moreMisses = estimated < 1 ? (1 - estimate) / (1 - estimated) : 1;
    return clamp(estimate - error * Math.min(MOST_CORRECTION, moreMisses));
  };
}

/** Mixed once more, as policies use the bits of the hash for themselves. */
function placeInSample(keyHash: number): number {
  let mixed = Math.imul(keyHash ^ (keyHash >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function clamp(ratio: number): number {
  return Math.min(1, Math.max(0, ratio));
}
