import { hashOf } from "../../population/hash.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = 109;

/** The creators who publish most are those who set up their filter. */
export const filterConfigRows: CopyRows = {
  columns: ["user_id", "is_case_sensitive", "is_whole_words", "match_limit", "updated_at"],
  writer: (population) => (row) => {
    const hash = hashOf(population.seed, PURPOSE, row);
    return `${population.creatorId(row - 1)}\t${hash % 8 === 0}\t${hash % 3 === 0}\t${hash % 2 === 0 ? 100 : 20}\t${copyTimestamp(population.until.getTime())}`;
  },
};
