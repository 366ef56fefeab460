import type { Clock, Random } from "@streamgate/core";
import type { PopularId } from "../analytics/popularity.ts";
import type { Invalidator } from "../invalidation/invalidator.ts";
import type { ValueForm } from "../loading/value-form.ts";
import type { HitClock } from "../memory/hit-clock.ts";
import type { MemoryIndex } from "../memory/memory-index.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import type { ResolvedNamespaceOptions } from "../options/namespace-options.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { KnownIdsKeeper } from "./known-ids-keeper.ts";
import type { NamespaceRecord } from "./namespace-record.ts";
import type { RefreshSlots } from "./refresh-slots.ts";

/** What a cache hands to a namespace. */
export interface NamespaceParts {
  readonly name: string;
  readonly options: ResolvedNamespaceOptions;
  readonly memory: MemoryTier;
  readonly index: MemoryIndex;
  readonly hitClock: HitClock;
  readonly clock: Clock;
  readonly random: Random;
  readonly tiers: readonly GuardedTier[];
  readonly tierTimeoutMs: number;
  readonly form: ValueForm;
  readonly record: NamespaceRecord;
  readonly invalidator: Invalidator;
  readonly refreshes: RefreshSlots;
  readonly knownIds: KnownIdsKeeper | undefined;
  readonly closure: (tags: readonly string[]) => readonly string[];
  readonly newToken: () => string;
  readonly isClosed: () => boolean;
  /** Ids of the greatest frequency × load cost. */
  readonly popular: (limit: number) => readonly PopularId[];
  /** Keeps work that nobody waits for, until the cache is closed. */
  readonly track: (work: Promise<unknown>) => void;
}
