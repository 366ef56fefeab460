import type { AdviseDropsInput } from "@streamgate/pg-advisor";
import type { StoreQuery } from "../platform/store-pool.ts";
import { readWatchedIndexes } from "./index-store.ts";

/** What the store remembers of the indexes of a database, as the advice on drops wants it; nothing where nobody looked yet. */
export async function rememberedIndexes(
  query: StoreQuery,
  database: string,
): Promise<NonNullable<AdviseDropsInput["watched"]>> {
  const known = await readWatchedIndexes(query, database);
  return (known?.readings ?? []).map(({ portrait, watchedSinceMs, seen }) => ({
    portrait,
    watchedSinceMs,
    scansSeen: seen.scans,
  }));
}
