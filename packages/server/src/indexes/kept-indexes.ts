import type { StorePool } from "../platform/store-pool.ts";
import type { WatchedIndexes } from "./index-reading.ts";
import { readWatchedIndexes, readWatchTime } from "./index-store.ts";

/** What is known of the indexes of each database, read again only when somebody has looked at them again. */
export interface KeptIndexes {
  /** Undefined where nobody looked yet. */
  of(database: string): Promise<WatchedIndexes | undefined>;
}

export function keepIndexes({ query }: Pick<StorePool, "query">): KeptIndexes {
  const kept = new Map<string, WatchedIndexes>();
  return {
    of: async (database) => {
      const readAtMs = await readWatchTime(query, database);
      const known = kept.get(database);
      if (known !== undefined && known.watch.readAtMs === readAtMs) return known;
      kept.delete(database);
      const read = await readWatchedIndexes(query, database);
      if (read !== undefined) kept.set(database, read);
      return read;
    },
  };
}
