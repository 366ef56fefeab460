import type { Clock } from "@streamgate/core";
import type { MemoryTier } from "../../memory/memory-tier.ts";
import type { NamespaceState } from "../../namespace/namespace-state.ts";

/** What snapshot and restore see of a cache. */
export interface SnapshotWorld {
  readonly memory: MemoryTier;
  readonly clock: Clock;
  readonly states: ReadonlyMap<string, NamespaceState>;
  /** Other processes invalidate too. */
  readonly hasBus: boolean;
  /** Something was invalidated, or set, in this process since it began. */
  readonly hasInvalidated: boolean;
  readonly isClosed: boolean;
  /** Resolves when memory may be filled: following the bus begins with an empty one. Never rejects. */
  ready(): Promise<void>;
  /** Calls back with all tags that are invalidated here from now on; returns what ends that. */
  watch(heard: (tags: readonly string[]) => void): () => void;
}
