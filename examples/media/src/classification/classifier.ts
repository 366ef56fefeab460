import type { Database } from "../database/database.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { findClassification, storeClassification } from "../queries/classification-cache.ts";
import { classificationCacheKey } from "./cache-key.ts";
import type { ClassificationProvider, Label } from "./provider.ts";

interface Classification {
  readonly labels: readonly Label[];
  /** Whether the labels were known before this call. */
  readonly isFromCache: boolean;
}

export interface ClassifierOptions {
  readonly database: Database;
  readonly provider: ClassificationProvider;
  /** Naive: ask the database again for a text seen a moment ago. */
  readonly isMemoryless: boolean;
}

const REMEMBERED_TEXTS = 10_000;

export interface Classifier {
  classify(text: string): Promise<Classification>;
}

/** Asks the provider only for texts that nobody asked for before. Labels never change under their key. */
export function createClassifier(options: ClassifierOptions): Classifier {
  const { database, provider, isMemoryless } = options;
  const remembered = new BoundedMap<string, readonly Label[]>(isMemoryless ? 0 : REMEMBERED_TEXTS);

  return {
    classify: async (text) => {
      const key = classificationCacheKey(provider, text);
      const known = remembered.get(key) ?? (await findClassification(database, key));
      const labels = known ?? (await provider.classify(text));
      if (known === undefined) await storeClassification(database, key, provider.name, labels);
      remembered.set(key, labels);
      return { labels, isFromCache: known !== undefined };
    },
  };
}
