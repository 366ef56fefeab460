import { UNAVAILABLE, type Unavailable } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { BeginRequest, Begun, StoredValue, TierStamp } from "../tiers/tier.ts";
import { type FlightRequest, isRefresh } from "./flight-request.ts";
import type { LoadWorld } from "./load-world.ts";
import type { WatchedTags } from "./watched-tags.ts";

/**
 * What one flight asked of the shared tiers beyond a hit in the nearest, and what came of it: who is silent, who had
 * nothing, and the stamps that they gave before the load.
 */
export class AskedTiers {
  private readonly world: LoadWorld;
  private readonly request: FlightRequest;
  private readonly tags: WatchedTags;
  private readonly startedMs: number;
  private stamps: Map<GuardedTier, TierStamp> | undefined;
  private silent: Set<GuardedTier> | undefined;
  private missed: Set<GuardedTier> | undefined;

  /** @param startedMs when the flight began: from then on it may wait for tiers */
  constructor(world: LoadWorld, request: FlightRequest, tags: WatchedTags, startedMs: number) {
    this.world = world;
    this.request = request;
    this.tags = tags;
    this.startedMs = startedMs;
  }

  /** What is left of the time that a request waits for tiers. */
  get leftMs(): number {
    const spentMs = this.world.clock.monotonicMs() - this.startedMs;
    return Math.max(1, this.world.tierTimeoutMs - spentMs);
  }

  /** The tiers that have not yet failed to answer. */
  get answering(): readonly GuardedTier[] {
    return this.world.tiers.filter((tier) => this.silent?.has(tier) !== true);
  }

  /** By tier, the stamps that were taken. */
  get stamped(): Iterable<readonly [GuardedTier, TierStamp]> {
    return this.stamps ?? [];
  }

  stampOf(tier: GuardedTier): TierStamp | undefined {
    return this.stamps?.get(tier);
  }

  read(tier: GuardedTier): Promise<StoredValue | undefined> {
    if (this.silent?.has(tier) === true) return Promise.resolve(undefined);
    const found = new Promise<StoredValue | undefined | Unavailable>((resolve) => {
      tier.read(this.request.key, this.tags.all, resolve);
    });
    return found.then((stored) => {
      if (isOfUse(this.world, stored)) return stored;
      this.hadNothing(tier, stored);
      return undefined;
    });
  }

  /** The tier answered with nothing that is of use, or not at all. */
  hadNothing(tier: GuardedTier, found: StoredValue | undefined | Unavailable): void {
    if (found === UNAVAILABLE) this.skip(tier);
    this.countMiss(tier);
  }

  /** Takes the stamp of a tier; undefined where it does not answer. */
  async begin(
    tier: GuardedTier,
    timeoutMs: number,
    claim?: BeginRequest["claim"],
  ): Promise<Begun | undefined> {
    const begun = await tier.begin(
      { key: this.request.key, tags: this.tags.all, ...(claim === undefined ? {} : { claim }) },
      timeoutMs,
    );
    if (begun === UNAVAILABLE) {
      this.skip(tier);
      return undefined;
    }
    this.stamps ??= new Map();
    this.stamps.set(tier, begun.stamp);
    return begun;
  }

  /** Who waits for another's load looks again and again: that is one miss. */
  countMiss(tier: GuardedTier): void {
    if (isRefresh(this.request) || this.missed?.has(tier) === true) return;
    this.missed ??= new Set();
    this.missed.add(tier);
    this.world.record.tierMiss(tier.name);
  }

  /** The tier did not answer: for this flight it is not there. */
  private skip(tier: GuardedTier): void {
    this.silent ??= new Set();
    this.silent.add(tier);
  }
}

/** Whether a tier answered with a value, and none of its tags waits for that tier to acknowledge its invalidation. */
export function isOfUse(
  world: LoadWorld,
  found: StoredValue | undefined | Unavailable,
): found is StoredValue {
  return found !== undefined && found !== UNAVAILABLE && world.isTrustworthy(found.tags);
}
