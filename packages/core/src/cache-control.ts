/**
 * A cache as whoever runs the service sees it and acts on it. A cache announces itself; nothing of it is kept alive or called
 * until somebody asks.
 */
export interface CacheControl {
  /** For people: which of the process's caches this is. */
  readonly name: string;
  statistics(): CacheReading;
  /** The hit ratio of memory at other sizes; empty where it is not known. */
  hitRatioCurve(): readonly CacheSizePoint[];
  /** @throws StreamGateError where not everybody acknowledged it */
  invalidate(targets: CacheTargets): Promise<void>;
  /** @throws StreamGateError where nobody said how its values are loaded */
  warm(namespace: string, options: CacheWarmingOptions): Promise<CacheWarming>;
}

/** What to invalidate: everything that is named. */
export interface CacheTargets {
  readonly tags?: readonly string[];
  /** `namespace:id`. */
  readonly keys?: readonly string[];
  /** All of a namespace. */
  readonly namespace?: string;
}

export interface CacheWarmingOptions {
  /** @default the most popular ones */
  readonly ids?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What became of a warm-up. */
export interface CacheWarming {
  readonly loaded: number;
  readonly alreadyThere: number;
  readonly failed: number;
  /** `complete`, or why it ended before. */
  readonly ended: string;
}

/** What a cache counted since its start. */
export interface CacheReading {
  readonly memory: {
    readonly entries: number;
    readonly sizeBytes: number;
    readonly maxBytes: number;
  };
  readonly namespaces: readonly {
    readonly name: string;
    readonly entries: number;
    readonly sizeBytes: number;
    /** Whether `warm` can load its values. */
    readonly isWarmable: boolean;
    readonly total: CacheCounters;
    /** Of sampled hits, the greatest share first. */
    readonly hotKeys: readonly { readonly key: string; readonly share: number }[];
  }[];
  readonly tiers: readonly {
    readonly name: string;
    /** `closed`, `open` or `half-open`. */
    readonly breaker: string;
    readonly total: {
      readonly answers: number;
      readonly timeouts: number;
      readonly errors: number;
    };
    /** Of the last minutes, ms. */
    readonly recent: { readonly answerMs: { readonly count: number; readonly p95: number } };
  }[];
}

/** What a namespace counted since its start. */
export interface CacheCounters {
  /** Reads that were answered in whatever way. */
  readonly lookups: number;
  readonly memoryHits: number;
  readonly memoryMisses: number;
  /** By the name of the shared tier. */
  readonly tierHits: Readonly<Record<string, number>>;
  /** Reads that it could not answer. */
  readonly tierMisses: Readonly<Record<string, number>>;
  readonly staleHits: number;
  readonly knownAbsent: number;
  /** Reads that waited for a load. */
  readonly misses: number;
  /** By how they ended. */
  readonly loads: Readonly<Record<string, number>>;
  readonly loadMs: { readonly count: number; readonly sum: number };
  /** Estimated: what the loads that did not happen would have taken. */
  readonly savedMs: number;
  /** Entries that left memory, by why. */
  readonly evictions: Readonly<Record<string, number>>;
}

/** The hit ratio that memory would have at another size. */
export interface CacheSizePoint {
  /** Of the present size. */
  readonly multiple: number;
  /** 0 to 1. */
  readonly hitRatio: number;
}

/** One for the whole process, however many copies of this package are loaded, so that a cache is found whoever came first. */
const REGISTRY = Symbol.for("streamgate.caches");
/** Caches that were dropped without being closed leave an empty reference, which is taken out when so many have gathered. */
const SWEEP_AT = 64;

type Registry = Set<WeakRef<CacheControl>>;

function registry(): Registry {
  const place = globalThis as { [REGISTRY]?: Registry };
  place[REGISTRY] ??= new Set();
  return place[REGISTRY];
}

/**
 * Lets whoever runs the service find a cache.
 *
 * @returns takes it out again
 * @example
 * ```ts
 * import { announceCache, type CacheControl, openCaches } from "@streamgate/core";
 * declare const cache: CacheControl;
 * const withdraw = announceCache(cache);
 * openCaches().includes(cache); // true
 * withdraw();
 * ```
 */
export function announceCache(cache: CacheControl): () => void {
  const caches = registry();
  if (caches.size % SWEEP_AT === SWEEP_AT - 1) sweep(caches);
  const reference = new WeakRef(cache);
  caches.add(reference);
  return () => void caches.delete(reference);
}

/**
 * The caches of this process that are open, in the order in which they were opened.
 *
 * @example
 * ```ts
 * import { openCaches } from "@streamgate/core";
 * for (const cache of openCaches()) console.log(cache.name, cache.statistics().memory.entries);
 * ```
 */
export function openCaches(): readonly CacheControl[] {
  return [...registry()].flatMap((reference) => reference.deref() ?? []);
}

function sweep(caches: Registry): void {
  for (const reference of caches) if (reference.deref() === undefined) caches.delete(reference);
}
