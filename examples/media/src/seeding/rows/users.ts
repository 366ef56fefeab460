import { hashOf } from "../../population/hash.ts";
import { phraseOf } from "../../population/words.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = 101;
const MEMBERSHIP_MS = 4 * 365 * 86_400_000;

/** Ids in the order of joining; who joined early pays more often. */
export const userRows: CopyRows = {
  columns: ["id", "wallet_address", "display_name", "country", "language", "plan", "created_at"],
  writer: (population) => {
    const { seed, sizes } = population;
    const until = population.until.getTime();
    return (id) => {
      const hash = hashOf(seed, PURPOSE, id);
      const seniority = 1 - id / sizes.users;
      const percentile = hash % 100;
      const plan =
        percentile < 4 + 10 * seniority
          ? "studio"
          : percentile < 15 + 30 * seniority
            ? "supporter"
            : "free";
      const name = `${phraseOf(hash % 1_024).replace(" session", "")} ${id}`;
      const joined = until - Math.ceil(MEMBERSHIP_MS * (seniority + 1 / sizes.users));
      return `${id}\t${population.walletOf(id)}\t${name}\t${population.countryOf(id)}\t${population.languageOf(id)}\t${plan}\t${copyTimestamp(joined)}`;
    };
  },
};
