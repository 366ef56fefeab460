import { type Clock, type Random, systemClock } from "@streamgate/core";
import type { Bus } from "../bus/bus.ts";
import type { EdgeSink } from "../edge/edge-sink.ts";
import { badCacheOption, busMissing } from "../errors.ts";
import type { MemoryTierOptions } from "../memory/memory-options.ts";
import type { SharedTier } from "../tiers/tier.ts";
import { type DurationInput, duration, integer } from "./checks.ts";
import type { NamespaceOptions } from "./namespace-options.ts";

export interface CacheOptions {
  /** What people call it where a process has several: 1 to 64 letters, digits, `_`, `.` or `-`. @default "cache" */
  readonly name?: string;
  /**
   * From the nearest to the farthest: at most one `memoryTier()`, first, then shared ones.
   *
   * @default [memoryTier()]
   */
  readonly tiers?: readonly (MemoryTierOptions | SharedTier)[];
  /** Needed where memory stands in front of a shared tier. `"none"`: this process is the only one. */
  readonly bus?: Bus | "none";
  /** Where invalidated tags are purged last, such as `createPurgeQueue(…)`. */
  readonly edge?: EdgeSink;
  /** Namespaces by name, as data; `cache.namespace(name)` then takes their options from here. */
  readonly namespaces?: Readonly<Record<string, NamespaceOptions>>;
  /**
   * What depends on what: a node and the nodes that it is made from, such as `{ "query:feed": ["table:content"] }`.
   * An entry that names `query:feed` in `dependsOn` falls with `table:content` too.
   */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** The longest that a request waits for a shared tier, ms, 1 to 60,000. @default 15 */
  readonly tierTimeout?: DurationInput;
  /** The longest that `invalidate` waits for a tier or the bus before it rejects and goes on in the background. @default 250 ms */
  readonly invalidationTimeout?: DurationInput;
  /** When a shared tier is left alone, and for how long. */
  readonly breaker?: {
    /** Failures in a row, 1 to 1,000. @default 3 */
    readonly failures?: number;
    /** Until the first probe. @default 500 ms */
    readonly probeAfter?: DurationInput;
    /** The longest time between probes. @default 10 s */
    readonly probeAtMost?: DurationInput;
  };
  /** Loads in the background at once, for refreshing, 1 to 10,000. @default 16 */
  readonly maxConcurrentRefreshes?: number;
  /**
   * Told what went wrong behind everybody's back, such as an edge that was not purged; must not throw.
   *
   * @default process.emitWarning
   */
  readonly onWarning?: (warning: string) => void;
  /** @default the system's */
  readonly clock?: Clock;
  /** For jitter, tokens and early refreshes. @default seeded from the system's randomness */
  readonly random?: Random;
}

/** What a cache runs with. */
export interface ResolvedCacheOptions {
  readonly name: string;
  readonly memory: MemoryTierOptions | undefined;
  readonly shared: readonly SharedTier[];
  readonly bus: Bus | undefined;
  /** The owner says that no other process writes. */
  readonly isAlone: boolean;
  readonly edge: EdgeSink | undefined;
  readonly namespaces: Readonly<Record<string, NamespaceOptions>>;
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly tierTimeoutMs: number;
  readonly invalidationTimeoutMs: number;
  readonly breaker: {
    readonly failures: number;
    readonly probeAfterMs: number;
    readonly probeAtMostMs: number;
  };
  readonly maxConcurrentRefreshes: number;
  readonly onWarning: (warning: string) => void;
  readonly clock: Clock;
  readonly random: Random;
}

const CACHE_DEFAULTS = {
  tierTimeout: 15,
  invalidationTimeout: 250,
  breakerFailures: 3,
  probeAfter: 500,
  probeAtMost: 10_000,
  maxConcurrentRefreshes: 16,
} as const;

/** @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_BUS_MISSING` */
export function resolveCacheOptions(
  options: CacheOptions,
  defaultTiers: readonly (MemoryTierOptions | SharedTier)[],
  systemRandom: () => Random,
): ResolvedCacheOptions {
  const tiers = options.tiers ?? defaultTiers;
  const memory = tiers.filter(isMemory);
  const shared = tiers.filter((tier): tier is SharedTier => !isMemory(tier));
  if (tiers.length === 0) throw badCacheOption("tiers", "[]", "a list of at least one tier");
  const [first] = tiers;
  if (memory.length > 1 || (memory.length === 1 && first !== undefined && !isMemory(first))) {
    throw badCacheOption("tiers", "a second or later memory tier", "led by the only memory tier");
  }
  const names = shared.map(({ name }) => name);
  if (new Set([...names, "memory"]).size <= names.length) {
    throw badCacheOption("tiers", names.join(", "), "of different names, none of them memory");
  }
  const [firstShared] = shared;
  if (memory.length > 0 && firstShared !== undefined && options.bus === undefined) {
    throw busMissing(firstShared.name);
  }
  const { name = "cache" } = options;
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name))
    throw badCacheOption("name", name, "1 to 64 letters, digits, _ . or -");
  return {
    name,
    memory: memory[0],
    shared,
    bus: options.bus === "none" ? undefined : options.bus,
    isAlone: options.bus === "none",
    edge: options.edge,
    namespaces: options.namespaces ?? {},
    dependencies: options.dependencies ?? {},
    tierTimeoutMs: duration("tierTimeout", options.tierTimeout, CACHE_DEFAULTS.tierTimeout, 1),
    invalidationTimeoutMs: duration(
      "invalidationTimeout",
      options.invalidationTimeout,
      CACHE_DEFAULTS.invalidationTimeout,
      1,
    ),
    breaker: {
      failures: integer(
        "breaker.failures",
        options.breaker?.failures ?? CACHE_DEFAULTS.breakerFailures,
        1,
        1_000,
      ),
      probeAfterMs: duration(
        "breaker.probeAfter",
        options.breaker?.probeAfter,
        CACHE_DEFAULTS.probeAfter,
        1,
      ),
      probeAtMostMs: duration(
        "breaker.probeAtMost",
        options.breaker?.probeAtMost,
        CACHE_DEFAULTS.probeAtMost,
        1,
      ),
    },
    maxConcurrentRefreshes: integer(
      "maxConcurrentRefreshes",
      options.maxConcurrentRefreshes ?? CACHE_DEFAULTS.maxConcurrentRefreshes,
      1,
      10_000,
    ),
    onWarning: options.onWarning ?? warn,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom(),
  };
}

function warn(warning: string): void {
  process.emitWarning(warning, { type: "StreamGateCacheWarning" });
}

function isMemory(tier: MemoryTierOptions | SharedTier): tier is MemoryTierOptions {
  return "kind" in tier && tier.kind === "memory";
}
