import type { Clock } from "@streamgate/core";
import { type PopularId, Popularity, type PopularityRecord } from "../analytics/popularity.ts";
import { StatisticsRecorder } from "../analytics/recorder.ts";
import type { CacheStatistics } from "../analytics/statistics.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import type { NamespaceState } from "../namespace/namespace-state.ts";
import { NamespaceBook } from "./namespace-book.ts";

/** What is counted in a cache, and what is popular in each of its namespaces. */
export class CacheBooks {
  readonly recorder: StatisticsRecorder;
  private readonly clock: Clock;
  private readonly states: ReadonlyMap<string, NamespaceState>;
  private readonly popularities = new Map<string, Popularity>();

  constructor(clock: Clock, states: ReadonlyMap<string, NamespaceState>) {
    this.clock = clock;
    this.states = states;
    this.recorder = new StatisticsRecorder({ clock });
  }

  /** @param access tells the hit-ratio curve of an access of a key in its sample */
  add(name: string, access: (keyHash: number, sizeBytes: number) => void): NamespaceBook {
    const { clock } = this;
    const popularity = new Popularity({ clock });
    this.popularities.set(name, popularity);
    return new NamespaceBook({ name, popularity, recorder: this.recorder.namespace(name), access });
  }

  statistics(memory: MemoryTier): CacheStatistics {
    const { entries, bytes, maxEntries, maxBytes } = memory;
    for (const state of this.states.values()) state.countHits();
    return this.recorder.statistics({
      memory: { entries, sizeBytes: bytes, maxEntries, maxBytes },
      namespaces: new Map(
        [...this.states].map(([name, state]) => [
          name,
          {
            ttlMs: state.ttlOf("memory"),
            isWarmable: state.warming !== undefined,
            entries: state.index.entries,
            sizeBytes: state.index.bytes,
          },
        ]),
      ),
    });
  }

  /** What memory was asked for, and what it had. */
  memoryUse(memory: MemoryTier): { readonly uses: number; readonly hits: number } {
    let [uses, hits] = [0, 0];
    for (const { total } of this.statistics(memory).namespaces) {
      uses += total.lookups - total.knownAbsent;
      hits += total.memoryHits;
    }
    return { uses, hits };
  }

  /** Ids of the greatest frequency × load cost. */
  popular(name: string, limit: number): readonly PopularId[] {
    return this.popularities.get(name)?.top(limit) ?? [];
  }

  popularity(): Readonly<Record<string, PopularityRecord>> {
    return Object.fromEntries(
      [...this.popularities].map(([name, popularity]) => [name, popularity.toJSON()]),
    );
  }

  restorePopularity(records: Readonly<Record<string, unknown>>): void {
    for (const [name, record] of Object.entries(records)) {
      this.popularities.get(name)?.restore(record);
    }
  }
}
