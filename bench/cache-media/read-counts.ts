import type { CacheStatistics } from "@streamgate/cache";

/** Reads of the cache, as its own books count them. */
export interface ReadCounts {
  readonly lookups: number;
  /** Reads that waited for a load. */
  readonly misses: number;
  /** Loads that expiry would add in that time, were the entries as old as they get. */
  readonly expiring: number;
  readonly byNamespace: ReadonlyMap<string, { readonly lookups: number; readonly misses: number }>;
}

/** What came between two looks at the books of all processes. */
export function readCountsOf(
  before: readonly CacheStatistics[],
  after: readonly CacheStatistics[],
  seconds: number,
): ReadCounts {
  const byNamespace = new Map<string, { lookups: number; misses: number }>();
  const add = (books: readonly CacheStatistics[], sign: 1 | -1): void => {
    for (const { name, total } of books.flatMap(({ namespaces }) => namespaces)) {
      const counts = byNamespace.get(name) ?? { lookups: 0, misses: 0 };
      counts.lookups += sign * total.lookups;
      counts.misses += sign * total.misses;
      byNamespace.set(name, counts);
    }
  };
  add(after, 1);
  add(before, -1);
  const all = [...byNamespace.values()];
  return {
    lookups: all.reduce((sum, { lookups }) => sum + lookups, 0),
    misses: all.reduce((sum, { misses }) => sum + misses, 0),
    expiring: expiringIn(seconds, after),
    byNamespace,
  };
}

/** An entry is loaded again once in its time to live, for all processes together. */
function expiringIn(seconds: number, books: readonly CacheStatistics[]): number {
  const rates = books.map(({ namespaces }) =>
    namespaces.reduce((sum, { entries, ttlMs }) => sum + entries / ttlMs, 0),
  );
  return Math.max(...rates) * seconds * 1_000;
}
