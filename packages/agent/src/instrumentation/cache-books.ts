import { type CacheCounters, openCaches } from "@streamgate/core";
import type { Counter, Gauge } from "@streamgate/telemetry";
import type { ObservedCache } from "./cache.ts";
import type { Watch } from "./watch.ts";

type Totals = ObservedCache["statistics"] extends () => infer Read
  ? Read extends { readonly namespaces: readonly (infer Namespace)[] }
    ? Namespace
    : never
  : never;

/** What was told of a cache at the last reading: counters tell what came since. */
type Told = Map<string, number>;

/**
 * Counters made from what caches count themselves, those that were handed over and those that are found. They are read before
 * each reading of the series, so that a hit costs nothing more.
 */
export class CacheBooks {
  private readonly given = new Set<ObservedCache>();
  private readonly told = new WeakMap<ObservedCache, Told>();
  private readonly series: CacheSeries;
  private readonly endCollecting: () => void;

  constructor(watch: Watch) {
    const series = seriesOf(watch);
    this.series = series;
    this.endCollecting = watch.registry.onCollect(() => {
      series.bytes.with().set(0);
      series.entries.with().set(0);
      for (const cache of new Set([...this.given, ...openCaches()])) {
        try {
          this.show(cache);
        } catch {
          watch.ownErrors.with("cache").add(1);
        }
      }
    });
  }

  add(cache: ObservedCache): void {
    this.given.add(cache);
  }

  stop(): void {
    this.endCollecting();
    this.given.clear();
  }

  private show(cache: ObservedCache): void {
    const told = this.told.get(cache) ?? new Map<string, number>();
    this.told.set(cache, told);
    const { memory, namespaces } = cache.statistics();
    const { series } = this;
    series.bytes.with().add(memory.sizeBytes);
    series.entries.with().add(memory.entries);
    for (const namespace of namespaces) {
      showReads(series, told, namespace);
      const { loads } = namespace.total;
      if (loads !== undefined) showWork(series, told, namespace, loads);
    }
  }
}

function showReads({ requests }: CacheSeries, told: Told, { name, total }: Totals): void {
  const { lookups, misses, staleHits } = total;
  const counts = { hit: lookups - misses - staleHits, miss: misses, stale: staleHits };
  for (const [outcome, count] of Object.entries(counts))
    requests.with(name, outcome).add(since(told, `${outcome} ${name}`, count));
}

/** What only a cache of StreamGate tells: its tiers, its loads, and what they would have cost. */
function showWork(
  series: CacheSeries,
  told: Told,
  { name, total }: Totals,
  loads: CacheCounters["loads"],
): void {
  const {
    memoryHits = 0,
    memoryMisses = 0,
    tierHits = {},
    tierMisses = {},
    evictions = {},
  } = total;
  const tiers = {
    memory: [memoryHits, memoryMisses],
    ...Object.fromEntries(
      Object.entries(tierHits).map(([tier, hits]) => [tier, [hits, tierMisses[tier] ?? 0]]),
    ),
  };
  for (const [tier, [hits = 0, misses = 0]] of Object.entries(tiers)) {
    series.tierReads.with(name, tier, "hit").add(since(told, `${tier} hit ${name}`, hits));
    series.tierReads.with(name, tier, "miss").add(since(told, `${tier} miss ${name}`, misses));
  }
  for (const [outcome, count] of Object.entries(loads))
    series.loads.with(name, outcome).add(since(told, `load ${outcome} ${name}`, count));
  for (const [cause, count] of Object.entries(evictions))
    series.evictions.with(name, cause).add(since(told, `evicted ${cause} ${name}`, count));
  const { sum = 0 } = total.loadMs ?? {};
  series.loadSeconds.with(name).add(since(told, `load seconds ${name}`, sum / 1_000));
  const saved = (total.savedMs ?? 0) / 1_000;
  series.savedSeconds.with(name).add(since(told, `saved seconds ${name}`, saved));
}

/** Some totals are estimates that may fall a little; a counter waits until they rise again. */
function since(told: Told, key: string, total: number): number {
  const before = told.get(key) ?? 0;
  if (!(total > before)) return 0;
  told.set(key, total);
  return total - before;
}

interface CacheSeries {
  readonly requests: Counter<readonly ["namespace", "outcome"]>;
  readonly tierReads: Counter<readonly ["namespace", "tier", "outcome"]>;
  readonly loads: Counter<readonly ["namespace", "outcome"]>;
  readonly loadSeconds: Counter<readonly ["namespace"]>;
  readonly savedSeconds: Counter<readonly ["namespace"]>;
  readonly evictions: Counter<readonly ["namespace", "cause"]>;
  readonly bytes: Gauge<readonly []>;
  readonly entries: Gauge<readonly []>;
}

function seriesOf({ registry }: Watch): CacheSeries {
  return {
    requests: registry.counter({
      name: "streamgate_cache_requests",
      help: "Reads of a cache, by how they were answered.",
      labelNames: ["namespace", "outcome"],
    }),
    tierReads: registry.counter({
      name: "streamgate_cache_tier_reads",
      help: "Reads of a tier of the cache, by whether it could answer.",
      labelNames: ["namespace", "tier", "outcome"],
    }),
    loads: registry.counter({
      name: "streamgate_cache_loads",
      help: "Loads from the source, by how they ended.",
      labelNames: ["namespace", "outcome"],
    }),
    loadSeconds: registry.counter({
      name: "streamgate_cache_load_seconds",
      help: "What loads that brought an answer took.",
      unit: "seconds",
      labelNames: ["namespace"],
    }),
    savedSeconds: registry.counter({
      name: "streamgate_cache_saved_seconds",
      help: "Estimated: what the loads that did not happen would have taken.",
      unit: "seconds",
      labelNames: ["namespace"],
    }),
    evictions: registry.counter({
      name: "streamgate_cache_evictions",
      help: "Entries that left memory, by why.",
      labelNames: ["namespace", "cause"],
    }),
    bytes: registry.gauge({
      name: "streamgate_cache_memory_bytes",
      help: "What the entries in memory take.",
      unit: "bytes",
    }),
    entries: registry.gauge({ name: "streamgate_cache_entries", help: "Entries in memory." }),
  };
}
