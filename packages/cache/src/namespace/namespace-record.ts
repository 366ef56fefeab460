import type { LoadRecord } from "../loading/load-world.ts";
import type { Id } from "../memory/memory-index.ts";
import type { FillOutcome } from "../tiers/tier.ts";

/** Hits for which one that is looked at closely stands. */
export const HITS_PER_SAMPLE = 1024;

/** What a namespace tells of itself; hits come in lots. */
export interface NamespaceRecord extends LoadRecord {
  /** One of every {@link HITS_PER_SAMPLE} hits, looked at closely. */
  hitSampled(id: Id, leftMs: number, ttlMs: number, loadMs: number): void;
  /** Hits that did not go the shortest way, and are not counted by it. */
  hitsBeside(count: number): void;
  memoryMiss(): void;
  negativeHit(): void;
  /** The filter of known ids answered. */
  knownAbsent(): void;
  /** What was known was loaded again. */
  reloaded(isEqual: boolean): void;
  /** A value entered memory. */
  landed(sizeBytes: number): void;
  compressed(inBytes: number, outBytes: number): void;
  /** A caller joined a load under way. */
  joined(): void;
  refreshed(isStarted: boolean): void;
  filled(key: string, tier: string, outcome: FillOutcome | "unavailable", bytes: number): void;
  /** One access of a key in the sample of the hit-ratio curve. */
  accessed(keyHash: number, sizeBytes: number): void;
}
