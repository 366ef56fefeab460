import { hashOf } from "../../population/hash.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = 108;
const CATEGORIES = ["topic", "topic", "topic", "name", "brand", "blocked"] as const;
const HISTORY_MS = 2 * 365 * 86_400_000;

/** A creator's keywords lie together, as an imported list does. */
export const keywordRows: CopyRows = {
  columns: ["id", "user_id", "phrase", "category", "created_at"],
  writer: (population) => {
    let rank = 0;
    let run = population.keywordsOf(rank);
    return (id) => {
      while (id >= run.firstId + run.count) {
        rank += 1;
        run = population.keywordsOf(rank);
      }
      const hash = hashOf(population.seed, PURPOSE, id);
      const category = CATEGORIES[hash % CATEGORIES.length] ?? "topic";
      const created =
        population.until.getTime() -
        (hashOf(population.seed, PURPOSE, -rank) / 2 ** 32) * HISTORY_MS;
      return `${id}\t${population.creatorId(rank)}\t${population.phraseOfKeyword(id)}\t${category}\t${copyTimestamp(created)}`;
    };
  },
};
