import type { Label } from "../classification/provider.ts";
import type { Database } from "../database/database.ts";

const BY_KEY = "select labels from ai_classification_cache where cache_key = $1 limit 1";

const STORE = `
insert into ai_classification_cache (cache_key, provider, labels)
values ($1, $2, $3)`;

export async function findClassification(
  database: Database,
  cacheKey: string,
): Promise<readonly Label[] | undefined> {
  const [found] = await database.query<{ labels: readonly Label[] }>(BY_KEY, [cacheKey]);
  return found?.labels;
}

/** Two callers at once may both store the same text; either row serves. */
export async function storeClassification(
  database: Database,
  cacheKey: string,
  provider: string,
  labels: readonly Label[],
): Promise<void> {
  await database.query(STORE, [cacheKey, provider, JSON.stringify(labels)]);
}
