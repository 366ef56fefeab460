import type { Counter } from "@streamgate/telemetry";
import { allCaches } from "../caches/find-caches.ts";
import type { ObservedCache } from "../instrumentation/cache.ts";
import type { CacheCounts } from "./observation.ts";
import { RisingCounter } from "./rising-counter.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** The little of a cache of `@streamgate/cache` that is needed. */
export interface WatchedCache {
  statistics(): ReturnType<ObservedCache["statistics"]> & {
    readonly memory: CacheCounts;
    readonly tiers: readonly {
      readonly name: string;
      readonly breaker: string;
      readonly total: {
        readonly answers: number;
        readonly timeouts: number;
        readonly errors: number;
      };
    }[];
  };
}

/** Memory and tiers of the caches that the application names, and of those that are found; hits and misses are the instrumentation's. */
export function cachesSampler(
  { registry }: SamplerContext,
  given: Readonly<Record<string, WatchedCache>>,
): Sampler {
  const calls = registry.counter({
    name: "streamgate_cache_tier_calls",
    help: "Calls of a shared tier of the cache, by how they ended.",
    labelNames: ["tier", "outcome"],
  });
  const open = registry.gauge({
    name: "streamgate_cache_tier_open",
    help: "1 while the circuit breaker of a tier keeps calls away from it.",
    labelNames: ["tier"],
  });
  const countersOf = new WeakMap<WatchedCache, Map<string, RisingCounter>>();
  return {
    name: "caches",
    intervalMs: 5_000,
    sample: () => {
      const counts: Record<string, CacheCounts> = {};
      for (const { name, cache } of allCaches(given)) {
        const counters = countersOf.get(cache) ?? new Map<string, RisingCounter>();
        countersOf.set(cache, counters);
        const { memory, tiers } = cache.statistics();
        const { entries, sizeBytes, maxBytes } = memory;
        counts[name] = { entries, sizeBytes, maxBytes };
        for (const { name: tier, breaker, total } of tiers) {
          open.with(tier).set(breaker === "closed" ? 0 : 1);
          for (const [key, outcome] of OUTCOMES)
            counterOf(counters, calls, tier, outcome).advanceTo(total[key]);
        }
      }
      return Object.keys(counts).length === 0 ? {} : { caches: counts };
    },
    stop: () => undefined,
  };
}

const OUTCOMES = [
  ["answers", "answered"],
  ["timeouts", "timed-out"],
  ["errors", "failed"],
] as const;

/** What one cache had counted at the last reading: two caches may have a tier of the same name. */
function counterOf(
  known: Map<string, RisingCounter>,
  calls: Counter<readonly ["tier", "outcome"]>,
  tier: string,
  outcome: string,
): RisingCounter {
  const key = `${outcome} ${tier}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = new RisingCounter(calls.with(tier, outcome));
  known.set(key, made);
  return made;
}
