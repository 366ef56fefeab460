import type { EvictionCause } from "../memory/eviction.ts";
import type { BreakerState } from "../resilience/circuit-breaker.ts";
import type { Distribution } from "./log-histogram.ts";
import type { Counted } from "./space-saving.ts";

/** How a load from the source ended. */
export const LOAD_OUTCOMES = ["loaded", "absent", "failed", "timed-out"] as const;
export type LoadOutcome = (typeof LOAD_OUTCOMES)[number];

/** What became of a value that was offered to a tier. */
export const FILL_RESULTS = ["stored", "superseded", "fenced", "unavailable"] as const;
export type FillResult = (typeof FILL_RESULTS)[number];

/** All that a cache knows of itself at one instant; plain data. */
export interface CacheStatistics {
  /** ISO 8601 instant. */
  readonly at: string;
  /** What `total` covers, ms. */
  readonly uptimeMs: number;
  /** What `recent` covers, ms: the last minutes, or less after a start. */
  readonly recentMs: number;
  readonly memory: MemoryStatistics;
  readonly namespaces: readonly NamespaceStatistics[];
  readonly tiers: readonly TierStatistics[];
  /** The tags whose invalidation dropped most entries lately. */
  readonly tags: readonly TagStatistics[];
}

/** The memory tier as it is now; all namespaces share it. */
export interface MemoryStatistics {
  readonly entries: number;
  readonly sizeBytes: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export interface NamespaceStatistics {
  readonly name: string;
  /** The configured time to live in memory; 0 where unknown. */
  readonly ttlMs: number;
  /** Whether `Cache.warm` can load its values. */
  readonly isWarmable: boolean;
  /** In memory now; 0 where unknown. */
  readonly entries: number;
  readonly sizeBytes: number;
  readonly total: NamespaceCounts;
  readonly recent: NamespaceCounts;
  /** Of the sampled hits, faded; the greatest first. */
  readonly hotKeys: readonly HotKey[];
}

export interface NamespaceCounts {
  /** Reads that were answered in whatever way. */
  readonly lookups: number;
  /** Fresh values from memory. */
  readonly memoryHits: number;
  /** Fresh values from a shared tier, by its name. */
  readonly tierHits: Readonly<Record<string, number>>;
  /** Reads that a shared tier could not answer, by its name. */
  readonly tierMisses: Readonly<Record<string, number>>;
  /** Expired values given at once while a refresh runs. */
  readonly staleHits: number;
  /** Of the misses: those answered by an expired value because the load failed or was slow. */
  readonly staleRescues: number;
  /** Of the memory hits: those of values that say "there is none". */
  readonly negativeHits: number;
  /** Answered by the filter of known ids. */
  readonly knownAbsent: number;
  /** Reads that memory could not answer; callers that joined another's load too. */
  readonly memoryMisses: number;
  /** Memory misses less what shared tiers answered: callers that waited for a load. */
  readonly misses: number;
  /** Lookups less misses, over lookups; 0 where nothing was read. */
  readonly hitRatio: number;
  readonly loads: Readonly<Record<LoadOutcome, number>>;
  /** What loads that brought an answer took, ms. */
  readonly loadMs: Distribution;
  /** Estimated: reads answered without a load × the mean load, ms. */
  readonly savedMs: number;
  /** Callers that shared a load of this process. */
  readonly joins: number;
  readonly claimsWaited: number;
  readonly claimWaitMs: number;
  readonly refreshes: { readonly started: number; readonly refused: number };
  /** Loads of what was known already, by whether the value was another one. */
  readonly reloads: { readonly equal: number; readonly changed: number };
  readonly fills: Readonly<Record<FillResult, number>>;
  /** Values that cannot be stored. */
  readonly refused: number;
  readonly evictions: Readonly<Record<EvictionCause, number>>;
  /** Of those evicted for size or pressure or expired: entries that nobody had hit. */
  readonly neverHit: number;
  readonly evictedBytes: number;
  /** Of values that entered memory. */
  readonly valueBytes: Distribution;
  /** To and from shared tiers. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly compression: CompressionCounts;
  /** Sampled hits by the share of the time to live that had passed, ten buckets; estimated counts. */
  readonly ageAtHit: readonly number[];
}

export interface CompressionCounts {
  readonly values: number;
  readonly inBytes: number;
  readonly outBytes: number;
  /** In over out; 1 where nothing was compressed. */
  readonly ratio: number;
}

export interface HotKey extends Counted {
  /** Certain share of the namespace's hits, 0 to 1. */
  readonly share: number;
}

export interface TierStatistics {
  readonly name: string;
  readonly breaker: BreakerState;
  /** How long the breaker has been in this state, ms. */
  readonly breakerMs: number;
  readonly total: TierCounts;
  readonly recent: TierCounts;
}

export interface TierCounts {
  readonly answers: number;
  readonly timeouts: number;
  readonly errors: number;
  /** What calls that were answered took, ms. */
  readonly answerMs: Distribution;
  /** How often the breaker opened. */
  readonly opened: number;
  readonly hits: number;
  readonly misses: number;
}

export interface TagStatistics {
  readonly tag: string;
  /** Entries that its invalidations dropped, faded. */
  readonly entries: number;
  readonly invalidations: number;
  /** The largest share of all entries that one invalidation dropped, 0 to 1. */
  readonly widestShare: number;
}
