import { type CacheCounters, type CacheLoad, CHANNELS } from "@streamgate/core";
import { CacheBooks } from "./cache-books.ts";
import { type Instrument, listen, type Watch } from "./watch.ts";

/** The little of a cache of StreamGate that is needed. */
export interface ObservedCache {
  statistics(): {
    readonly memory: { readonly entries: number; readonly sizeBytes: number };
    readonly namespaces: readonly {
      readonly name: string;
      readonly total: Pick<CacheCounters, "lookups" | "misses" | "staleHits"> &
        Partial<CacheCounters>;
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
