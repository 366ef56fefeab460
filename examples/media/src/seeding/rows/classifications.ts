import { classificationCacheKey } from "../../classification/cache-key.ts";
import { classifyByRules, localRules } from "../../classification/local-rules.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const HISTORY_MS = 180 * 86_400_000;

/** What the local rules really say of the first posted texts. */
export const classificationRows: CopyRows = {
  columns: ["id", "cache_key", "provider", "labels", "created_at"],
  writer: (population) => {
    const stepMs = HISTORY_MS / population.sizes.ai_classification_cache;
    return (id) => {
      const text = population.postedText(id);
      const age = (population.sizes.ai_classification_cache - id + 1) * stepMs;
      const created = population.until.getTime() - Math.ceil(age);
      return `${id}\t${classificationCacheKey(localRules, text)}\t${localRules.name}\t${JSON.stringify(classifyByRules(text))}\t${copyTimestamp(created)}`;
    };
  },
};
