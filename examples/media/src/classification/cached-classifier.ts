import type { Answers } from "../cache/answers.ts";
import { entries } from "../cache/entries.ts";
import type { Database } from "../database/database.ts";
import { findClassification, storeClassification } from "../queries/classification-cache.ts";
import { classificationCacheKey } from "./cache-key.ts";
import type { Classifier } from "./classifier.ts";
import type { ClassificationProvider } from "./provider.ts";

/** A text is labelled once for all processes; the durable tier finds its labels by key, even after a restart of everything. */
export function createCachedClassifier(
  answers: Answers,
  database: Database,
  provider: ClassificationProvider,
): Classifier {
  return {
    classify: async (text) => {
      const key = classificationCacheKey(provider, text);
      let isNew = false;
      const labels = await answers.value(entries.classification(key), async () => {
        const known = await findClassification(database, key);
        if (known !== undefined) return known;
        isNew = true;
        const found = await provider.classify(text);
        await storeClassification(database, key, provider.name, found);
        return found;
      });
      return { labels, isFromCache: !isNew };
    },
  };
}
