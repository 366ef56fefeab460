import type { EvictionCause } from "../memory/eviction.ts";
import { Ledger, type LedgerLayout, layOut } from "./ledger.ts";
import { SpaceSaving } from "./space-saving.ts";
import type { FillResult, LoadOutcome } from "./statistics.ts";

const AGE_BUCKETS = 10;
const HOT_KEYS_FOLLOWED = 100;

export const AGE_COUNTERS = [
  "age0",
  "age1",
  "age2",
  "age3",
  "age4",
  "age5",
  "age6",
  "age7",
  "age8",
  "age9",
] as const;

const COUNTERS = [
  "memoryHits",
  "staleHits",
  "staleRescues",
  "negativeHits",
  "knownAbsent",
  "memoryMisses",
  "load:loaded",
  "load:absent",
  "load:failed",
  "load:timed-out",
  "joins",
  "claimsWaited",
  "claimWaitMs",
  "refreshesStarted",
  "refreshesRefused",
  "reloadsEqual",
  "reloadsChanged",
  "fill:stored",
  "fill:superseded",
  "fill:fenced",
  "fill:unavailable",
  "refused",
  "evicted:size",
  "evicted:expired",
  "evicted:invalidated",
  "evicted:replaced",
  "evicted:pressure",
  "evicted:cleared",
  "neverHit",
  "evictedBytes",
  "bytesRead",
  "bytesWritten",
  "compressedValues",
  "compressedInBytes",
  "compressedOutBytes",
] as const;
export type NamespaceCounter = (typeof COUNTERS)[number] | (typeof AGE_COUNTERS)[number];
export type NamespaceHistogram = "loadMs" | "valueBytes";
const NAMESPACE_LAYOUT: LedgerLayout<NamespaceCounter, NamespaceHistogram> = layOut(
  [...COUNTERS, ...AGE_COUNTERS],
  ["loadMs", "valueBytes"],
);

export type TierHitCounter = "hits" | "misses";
const TIER_HIT_LAYOUT: LedgerLayout<TierHitCounter, never> = layOut(["hits", "misses"], []);

/** What the recorder of a cache lends to those of its namespaces. */
export interface RecorderWorld {
  /** Called on slow paths, so that the window moves. */
  readonly tick: () => void;
  readonly follow: (ledger: Ledger<TierHitCounter, never>) => void;
}

/**
 * Counts for one namespace. A hit calls nothing here: hits come in lots by `recordHits`, and one of
 * 32 is looked at by `sampleHit`. The rest is called where a load, a trip to a tier or an eviction
 * is paid for anyway.
 */
export class NamespaceRecorder {
  readonly name: string;
  readonly ledger: Ledger<NamespaceCounter, NamespaceHistogram> = new Ledger(NAMESPACE_LAYOUT);
  readonly tiers: Map<string, Ledger<TierHitCounter, never>> = new Map();
  readonly hotKeys: SpaceSaving = new SpaceSaving(HOT_KEYS_FOLLOWED);
  readonly #world: RecorderWorld;

  constructor(name: string, world: RecorderWorld) {
    this.name = name;
    this.#world = world;
  }

  /** Fresh values from memory, counted exactly. */
  recordHits(count: number): void {
    this.ledger.add("memoryHits", count);
  }

  /** One hit for many; it adds nothing to the hits themselves. @param standsFor hits, such as 32 */
  sampleHit(key: string, ageMs: number, ttlMs: number, standsFor: number): void {
    this.#world.tick();
    this.hotKeys.offer(key, standsFor);
    if (!(ttlMs > 0)) return;
    const bucket = Math.floor((ageMs / ttlMs) * AGE_BUCKETS);
    const age = AGE_COUNTERS[Math.min(AGE_BUCKETS - 1, Math.max(0, bucket))] ?? "age0";
    this.ledger.add(age, standsFor);
  }

  /** Memory had no fresh value; a tier, a load or an expired value answers. */
  recordMiss(): void {
    this.#world.tick();
    this.ledger.add("memoryMisses");
  }

  /** Answered by an expired value: at once, or (after a miss was recorded) because the load failed or was slow. */
  recordStale(isAfterMiss: boolean): void {
    this.ledger.add(isAfterMiss ? "staleRescues" : "staleHits");
  }

  /** A memory hit, counted as such too, that says "there is none". */
  recordNegativeHit(): void {
    this.ledger.add("negativeHits");
  }

  /** The filter of known ids answered; neither a hit nor a miss of memory. */
  recordKnownAbsent(): void {
    this.ledger.add("knownAbsent");
  }

  recordTierHit(tier: string, sizeBytes: number): void {
    this.#ofTier(tier).add("hits");
    this.ledger.add("bytesRead", sizeBytes);
  }

  recordTierMiss(tier: string): void {
    this.#ofTier(tier).add("misses");
  }

  recordLoad(outcome: LoadOutcome, loadMs: number): void {
    this.#world.tick();
    this.ledger.add(`load:${outcome}`);
    if (outcome === "loaded" || outcome === "absent") this.ledger.observe("loadMs", loadMs);
  }

  /** A value that was known was loaded again. */
  recordReload(isEqual: boolean): void {
    this.ledger.add(isEqual ? "reloadsEqual" : "reloadsChanged");
  }

  recordJoin(): void {
    this.ledger.add("joins");
  }

  recordClaimWait(waitedMs: number): void {
    this.ledger.add("claimsWaited");
    this.ledger.add("claimWaitMs", waitedMs);
  }

  /** A background refresh; refused where too many run. */
  recordRefresh(isStarted: boolean): void {
    this.ledger.add(isStarted ? "refreshesStarted" : "refreshesRefused");
  }

  /** A value was offered to a shared tier. */
  recordFill(result: FillResult, sizeBytes: number): void {
    this.ledger.add(`fill:${result}`);
    if (result === "stored") this.ledger.add("bytesWritten", sizeBytes);
  }

  /** A value entered memory. */
  recordLanding(sizeBytes: number): void {
    this.ledger.observe("valueBytes", sizeBytes);
  }

  recordRefused(): void {
    this.ledger.add("refused");
  }

  recordCompression(inBytes: number, outBytes: number): void {
    this.ledger.add("compressedValues");
    this.ledger.add("compressedInBytes", inBytes);
    this.ledger.add("compressedOutBytes", outBytes);
  }

  /** @param hits of the entry in its life; only whether there was one counts */
  recordEviction(cause: EvictionCause, sizeBytes: number, hits: number): void {
    this.ledger.add(`evicted:${cause}`);
    this.ledger.add("evictedBytes", sizeBytes);
    const isForWantOfUse = cause === "size" || cause === "pressure" || cause === "expired";
    if (isForWantOfUse && hits === 0) this.ledger.add("neverHit");
  }

  #ofTier(tier: string): Ledger<TierHitCounter, never> {
    const known = this.tiers.get(tier);
    if (known !== undefined) return known;
    const made: Ledger<TierHitCounter, never> = new Ledger(TIER_HIT_LAYOUT);
    this.tiers.set(tier, made);
    this.#world.follow(made);
    return made;
  }
}
