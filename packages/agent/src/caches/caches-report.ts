import { createHmac, randomBytes } from "node:crypto";
import type { CacheCounters, CacheSizePoint } from "@streamgate/core";
import type { FoundCache } from "./find-caches.ts";

/** How keys of caches leave the process: they may hold ids of people. */
export type ShownKeys = "plain" | "hashed" | "none";

/** All that the caches of a process say of themselves at one instant: what is served at `/streamgate/caches`. */
export interface CachesReport {
  readonly caches: readonly ReportedCache[];
}

export interface ReportedCache {
  readonly name: string;
  readonly memory: {
    readonly entries: number;
    readonly sizeBytes: number;
    readonly maxBytes: number;
  };
  readonly namespaces: readonly {
    readonly name: string;
    readonly entries: number;
    readonly sizeBytes: number;
    readonly isWarmable: boolean;
    readonly lookups: CacheCounters["lookups"];
    readonly hotKeys: readonly {
      readonly key: string;
      /** Of the namespace's hits, 0 to 1. */
      readonly share: number;
    }[];
  }[];
  readonly tiers: readonly {
    readonly name: string;
    readonly breaker: string;
    /** Of the last minutes, ms; null where it was not asked. */
    readonly p95Ms: number | null;
  }[];
  readonly curve: readonly CacheSizePoint[];
}

/** A cache that cannot say anything is left out: it was closed meanwhile. */
export function cachesReport(
  found: readonly FoundCache[],
  shownKeys: ShownKeys,
  onFailure: () => void,
): CachesReport {
  const caches = found.flatMap((one) => {
    try {
      return [reportOf(one, shownKeys)];
    } catch {
      onFailure();
      return [];
    }
  });
  return { caches };
}

function reportOf({ name, cache }: FoundCache, shownKeys: ShownKeys): ReportedCache {
  const { memory, namespaces, tiers } = cache.statistics();
  const { entries, sizeBytes, maxBytes } = memory;
  return {
    name,
    memory: { entries, sizeBytes, maxBytes },
    namespaces: namespaces.map((namespace) => ({
      name: namespace.name,
      entries: namespace.entries,
      sizeBytes: namespace.sizeBytes,
      isWarmable: namespace.isWarmable,
      lookups: namespace.total.lookups,
      hotKeys:
        shownKeys === "none"
          ? []
          : namespace.hotKeys.map(({ key, share }) => ({
              key: shownKeys === "plain" ? key : hashedKey(key),
              share,
            })),
    })),
    tiers: tiers.map(({ name: tier, breaker, recent }) => ({
      name: tier,
      breaker,
      p95Ms: recent.answerMs.count === 0 ? null : recent.answerMs.p95,
    })),
    curve: cache.hitRatioCurve().map(({ multiple, hitRatio }) => ({ multiple, hitRatio })),
  };
}

/** Of this process alone: who knows all ids could otherwise try them out. */
const SECRET = randomBytes(32);

function hashedKey(key: string): string {
  return `…${createHmac("sha256", SECRET).update(key).digest("hex").slice(0, 10)}`;
}
