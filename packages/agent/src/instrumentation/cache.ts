import { type CacheLoad, CHANNELS } from "@streamgate/core";
import { type Instrument, listen, type Watch } from "./watch.ts";

/** The little of a cache of StreamGate that is needed. */
export interface ObservedCache {
  statistics(): {
    readonly memory: { readonly entries: number; readonly sizeBytes: number };
    readonly namespaces: readonly {
      readonly name: string;
      readonly total: {
        readonly lookups: number;
        readonly misses: number;
        readonly staleHits: number;
      };
    }[];
  };
}

export interface CacheInstrument extends Instrument {
  observe(cache: ObservedCache): void;
}

/**
 * Watches StreamGate's cache: loads get spans by its channel; hits are read from its own books before each reading, so that a hit
 * costs nothing more.
 */
export function watchCache(watch: Watch): CacheInstrument {
  const books = new CacheBooks(watch);
  const endLoads = listen<CacheLoad>(watch, CHANNELS.cacheLoad, (load) => recordLoad(watch, load));
  return {
    observe: (cache) => books.add(cache),
    stop: () => {
      endLoads();
      books.stop();
    },
  };
}

/** The channel tells of a load when it has ended. */
function recordLoad({ tracer, clock }: Watch, load: CacheLoad): void {
  if (tracer?.current() === undefined) return;
  const endMs = clock.monotonicMs();
  const span = tracer.startSpan("cache load", "internal", undefined, endMs - load.durationMs);
  if (span === undefined) return;
  span.describe(load, ({ namespace, outcome, joined }) => ({
    "streamgate.cache.namespace": namespace,
    "streamgate.cache.outcome": outcome,
    "streamgate.cache.joined": joined,
  }));
  if (load.outcome === "failed" || load.outcome === "timed-out") span.fail();
  span.end(endMs);
}

const OUTCOMES = ["hit", "miss", "stale"] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Counters made from what caches count themselves. */
class CacheBooks {
  private readonly caches = new Map<ObservedCache, Map<string, number>>();
  private readonly show: (cache: ObservedCache, told: Map<string, number>) => void;
  private readonly endCollecting: () => void;

  constructor({ registry, ownErrors }: Watch) {
    const requests = registry.counter({
      name: "streamgate_cache_requests",
      help: "Reads of a cache, by how they were answered.",
      labelNames: ["namespace", "outcome"],
    });
    const bytes = registry
      .gauge({
        name: "streamgate_cache_memory_bytes",
        help: "What the entries in memory take.",
        unit: "bytes",
      })
      .with();
    const entries = registry
      .gauge({ name: "streamgate_cache_entries", help: "Entries in memory." })
      .with();
    this.show = (cache, told) => {
      const { memory, namespaces } = cache.statistics();
      bytes.add(memory.sizeBytes);
      entries.add(memory.entries);
      for (const { name, total } of namespaces) {
        const { lookups, misses, staleHits } = total;
        const counts: Readonly<Record<Outcome, number>> = {
          hit: lookups - misses - staleHits,
          miss: misses,
          stale: staleHits,
        };
        for (const outcome of OUTCOMES) {
          const key = `${outcome} ${name}`;
          requests.with(name, outcome).add(counts[outcome] - (told.get(key) ?? 0));
          told.set(key, counts[outcome]);
        }
      }
    };
    this.endCollecting = registry.onCollect(() => {
      bytes.set(0);
      entries.set(0);
      for (const [cache, told] of this.caches) {
        try {
          this.show(cache, told);
        } catch {
          ownErrors.with("cache").add(1);
        }
      }
    });
  }

  add(cache: ObservedCache): void {
    if (!this.caches.has(cache)) this.caches.set(cache, new Map());
  }

  stop(): void {
    this.endCollecting();
    this.caches.clear();
  }
}
