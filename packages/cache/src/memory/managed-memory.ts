import { readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import { type CurvePoint, HitRatioCurve } from "../analytics/curve/hit-ratio-curve.ts";
import { nextMaxBytes } from "./auto-bytes.ts";
import type { MemoryWatcher } from "./eviction.ts";
import { memoryRange } from "./make-memory.ts";
import type { MemoryTierOptions } from "./memory-options.ts";
import { MemoryTier } from "./memory-tier.ts";
import { policyNamed } from "./policies/policy-named.ts";

/** How often `"auto"` looks at the heap. */
const LOOK_EVERY_MS = 5_000;
/** The curve's first idea of how many entries the tier holds when full. */
const FIRST_GUESS = 100_000;
const NOTHING = { maxEntries: 1, maxBytes: 1 } as const;

/** The memory tier with what watches over its size. */
export interface ManagedMemory {
  readonly tier: MemoryTier;
  readonly curve: HitRatioCurve;
  /** The hit ratio at other sizes, from the counts that the recorders hold. */
  points(measured: { readonly uses: number; readonly hits: number }): readonly CurvePoint[];
  close(): void;
}

/** @param options undefined where the cache has no memory tier: then nothing ever lands in it */
export function manageMemory(
  options: MemoryTierOptions | undefined,
  watcher: MemoryWatcher,
  measured: () => { readonly uses: number; readonly hits: number },
): ManagedMemory {
  const range = options === undefined ? { first: NOTHING, auto: undefined } : memoryRange(options);
  const policy = options?.policy ?? "adaptive";
  const makePolicy = typeof policy === "string" ? policyNamed(policy) : policy;
  const curve = new HitRatioCurve({
    makePolicy,
    entries: Math.min(range.first.maxEntries, FIRST_GUESS),
    bytes: range.first.maxBytes,
  });
  const tier = new MemoryTier({
    bounds: range.first,
    makePolicy,
    watcher,
    isSampled: (hash) => curve.isSampled(hash),
    aimed: (entries) => curve.aim(entries, tier.maxBytes),
  });
  const timer =
    range.auto === undefined ? undefined : setInterval(() => adapt(), LOOK_EVERY_MS).unref();

  function points(use: { readonly uses: number; readonly hits: number }): readonly CurvePoint[] {
    return use.uses === 0 ? [] : curve.points(use);
  }

  function adapt(): void {
    if (range.auto === undefined) return;
    const found = points(measured());
    const at = (multiple: number): number | undefined =>
      found.find((point) => point.multiple === multiple)?.hitRatio;
    const [now, doubled] = [at(1), at(2)];
    const maxBytes = nextMaxBytes({
      ...range.auto,
      maxBytes: tier.maxBytes,
      usedBytes: tier.bytes,
      pressure: memoryPressure(),
      gainOfDoubling: now === undefined || doubled === undefined ? undefined : doubled - now,
    });
    if (maxBytes !== tier.maxBytes) tier.resize({ maxBytes });
  }

  return { tier, curve, points, close: () => clearInterval(timer) };
}

/** The worse of: heap in use over V8's limit, resident memory over the container's. */
function memoryPressure(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  const container = containerLimitBytes();
  const resident = container === undefined ? 0 : process.memoryUsage.rss() / container;
  return Math.max(used / limit, resident);
}

/** The limit of the control group (version 2, then 1) that this process runs in, where there is one. */
function containerLimitBytes(): number | undefined {
  for (const file of ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    try {
      const limit = Number(readFileSync(file, "utf8"));
      // "max", or version 1's way of saying the same.
      return Number.isFinite(limit) && limit < Number.MAX_SAFE_INTEGER / 2 ? limit : undefined;
    } catch {
      // Another version, or another system.
    }
  }
  return undefined;
}
