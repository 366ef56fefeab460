import type { Clock } from "@streamgate/core";
import type { Ledger } from "./ledger.ts";
import { NamespaceRecorder } from "./namespace-recorder.ts";
import { namespaceCountsOf, tierCountsOf } from "./read-counts.ts";
import { RollingWindow } from "./rolling-window.ts";
import type {
  CacheStatistics,
  HotKey,
  MemoryStatistics,
  NamespaceStatistics,
  TierStatistics,
} from "./statistics.ts";
import { TagRecorder } from "./tag-recorder.ts";
import { TierRecorder } from "./tier-recorder.ts";

export interface RecorderOptions {
  readonly clock: Clock;
  /** What "recent" means, ms. @default 300000 (5 min) */
  readonly windowMs?: number;
}

/** What only the cache itself knows when statistics are asked for. */
export interface Gauges {
  readonly memory: MemoryStatistics;
  readonly namespaces: ReadonlyMap<string, NamespaceGauges>;
}

export interface NamespaceGauges {
  readonly ttlMs: number;
  readonly isWarmable: boolean;
  readonly entries: number;
  readonly sizeBytes: number;
}

const STEPS = 5;
const HOT_KEYS_TOLD = 10;
const UNKNOWN: NamespaceGauges = { ttlMs: 0, isWarmable: false, entries: 0, sizeBytes: 0 };

/**
 * The books of a cache: a recorder a namespace and a tier, and what they say as plain data, of the whole
 * life and of the last minutes.
 *
 * @example
 * ```ts
 * import { StatisticsRecorder } from "@streamgate/cache";
 * import { systemClock } from "@streamgate/core";
 * const recorder = new StatisticsRecorder({ clock: systemClock });
 * const users = recorder.namespace("user");
 * users.recordHits(32);
 * users.sampleHit("42", 1_200, 300_000, 32);
 * ```
 */
export class StatisticsRecorder {
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #window: RollingWindow;
  readonly #namespaces: Map<string, NamespaceRecorder> = new Map();
  readonly #tiers: Map<string, TierRecorder> = new Map();
  readonly #tags: TagRecorder = new TagRecorder();

  constructor({ clock, windowMs = 300_000 }: RecorderOptions) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#window = new RollingWindow(windowMs, STEPS, this.#startedMs);
  }

  /** The recorder of a namespace, made at the first call. */
  namespace(name: string): NamespaceRecorder {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const made = new NamespaceRecorder(name, {
      tick: () => this.#tick(),
      follow: (ledger) => this.#window.follow(ledger),
    });
    this.#namespaces.set(name, made);
    this.#window.follow(made.ledger);
    return made;
  }

  /** The recorder of a shared tier, made at the first call. */
  tier(name: string): TierRecorder {
    const known = this.#tiers.get(name);
    if (known !== undefined) return known;
    const made = new TierRecorder(name, () => this.#tick());
    this.#tiers.set(name, made);
    this.#window.follow(made.ledger);
    return made;
  }

  /**
   * The invalidation of a user's tag.
   *
   * @param dropped entries in memory that it made worthless
   * @param entries in memory before it
   */
  recordInvalidation(tag: string, dropped: number, entries: number): void {
    this.#tick();
    this.#tags.record(tag, dropped, entries);
  }

  statistics(gauges: Gauges): CacheStatistics {
    const nowMs = this.#tick();
    return {
      at: this.#clock.now().toISOString(),
      uptimeMs: nowMs - this.#startedMs,
      recentMs: this.#window.spanMs(nowMs),
      memory: gauges.memory,
      namespaces: [...this.#namespaces.values()].map((one) =>
        this.#readNamespace(one, gauges.namespaces.get(one.name) ?? UNKNOWN),
      ),
      tiers: [...this.#tiers.values()].map((one) => this.#readTier(one, nowMs)),
      tags: this.#tags.read(),
    };
  }

  #readNamespace(one: NamespaceRecorder, gauges: NamespaceGauges): NamespaceStatistics {
    const { total, recent } = this.#window.read(one.ledger);
    const hits = [...one.tiers].map(([tier, ledger]) => [tier, this.#window.read(ledger)] as const);
    const tiersOf = (
      span: "total" | "recent",
      counter: "hits" | "misses",
    ): Readonly<Record<string, number>> =>
      Object.fromEntries(hits.map(([tier, reading]) => [tier, reading[span].count(counter)]));
    return {
      name: one.name,
      ...gauges,
      total: namespaceCountsOf(total, tiersOf("total", "hits"), tiersOf("total", "misses")),
      recent: namespaceCountsOf(recent, tiersOf("recent", "hits"), tiersOf("recent", "misses")),
      hotKeys: hotKeysOf(one),
    };
  }

  #readTier(one: TierRecorder, nowMs: number): TierStatistics {
    const { total, recent } = this.#window.read(one.ledger);
    const hits = [...this.#namespaces.values()]
      .flatMap(({ tiers }) => tiers.get(one.name) ?? [])
      .map((ledger: Ledger<"hits" | "misses", never>) => this.#window.read(ledger));
    return {
      name: one.name,
      breaker: one.breaker,
      breakerMs: nowMs - one.breakerSinceMs,
      total: tierCountsOf(
        total,
        hits.map((reading) => reading.total),
      ),
      recent: tierCountsOf(
        recent,
        hits.map((reading) => reading.recent),
      ),
    };
  }

  /** Moves the window; the sketches fade with it. */
  #tick(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.#window.advance(nowMs)) {
      for (const { hotKeys } of this.#namespaces.values()) hotKeys.halve();
      this.#tags.fade();
    }
    return nowMs;
  }
}

function hotKeysOf({ hotKeys }: NamespaceRecorder): readonly HotKey[] {
  const { total } = hotKeys;
  if (total === 0) return [];
  return hotKeys
    .top(HOT_KEYS_TOLD)
    .map((counted) => ({ ...counted, share: (counted.count - counted.error) / total }));
}
