import type { Clock } from "@streamgate/core";
import type { Id, MemoryIndex } from "../memory/memory-index.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import type { TagSet } from "../memory/tags.ts";
import type { ResolvedNamespaceOptions } from "../options/namespace-options.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { Fill } from "../tiers/tier.ts";
import type { Flight } from "./flight.ts";
import type { Held, ValueForm } from "./value-form.ts";

/** What the flights of one namespace work with. */
export interface LoadWorld {
  readonly memory: MemoryTier;
  readonly index: MemoryIndex;
  /** The shared tiers that this namespace uses, from near to far. */
  readonly tiers: readonly GuardedTier[];
  readonly tierTimeoutMs: number;
  readonly options: ResolvedNamespaceOptions;
  readonly clock: Clock;
  readonly form: ValueForm;
  readonly record: LoadRecord;
  /** For how long after its time to live a value may be of use. */
  readonly graceMs: number;
  implicitTags(id: Id): readonly string[];
  /** Tags with all that they are made from, by the dependency graph. */
  closure(tags: readonly string[]): readonly string[];
  /** Whether none of the tags waits for a tier to acknowledge its invalidation. */
  isTrustworthy(tags: readonly string[]): boolean;
  newToken(): string;
  /** 0 where the tier is left out. */
  ttlOf(tier: string): number;
  /** With jitter; the negative one where nothing exists. */
  drawTtl(tier: string, isAbsent: boolean): number;
  /** Stores in a shared tier; nobody waits for it. */
  fill(tier: GuardedTier, fill: Fill): void;
  land(landing: ValueLanding): void;
  ended(flight: Flight): void;
}

/** A value on its way into the memory of a namespace. */
export interface ValueLanding {
  readonly id: Id;
  readonly variant: string;
  readonly held: Held;
  readonly tags: TagSet;
  readonly asOf: number;
  readonly freshMs: number;
  readonly loadMs: number;
  readonly isLoad: boolean;
}

/** What is told of loads. */
export interface LoadRecord {
  tierHit(tier: string, bytes: number): void;
  tierMiss(tier: string): void;
  /** @param joined callers that shared the load, beside the one that began it */
  loaded(id: Id, key: string, loadMs: number, isAbsent: boolean, joined: number): void;
  loadFailed(key: string, loadMs: number, error: unknown, joined: number): void;
  /** A value that cannot be stored; callers get it all the same. */
  refused(key: string, reason: string): void;
  claimWaited(waitedMs: number): void;
  /** @param isAfterMiss whether a miss was counted for the same read */
  stale(isAfterMiss: boolean): void;
}
