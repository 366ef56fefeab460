import { hashOf } from "../../population/hash.ts";
import type { ContentKind } from "../../population/population.ts";
import { PHRASE_COUNT, phraseOf, remarkOf } from "../../population/words.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = 102;

/** The shortest and longest of each kind. */
const DURATION_SECONDS: Readonly<
  Record<ContentKind, { readonly least: number; readonly most: number }>
> = {
  video: { least: 120, most: 5_400 },
  live: { least: 1_800, most: 14_400 },
  audio: { least: 60, most: 3_600 },
  short: { least: 8, most: 60 },
};

/** Language follows the owner's country, status the age, duration the kind. */
export const contentRows: CopyRows = {
  columns: [
    "id",
    "user_id",
    "title",
    "description",
    "kind",
    "status",
    "language",
    "duration_seconds",
    "keyword_ids",
    "contract_address",
    "token_id",
    "created_at",
  ],
  writer: (population) => (id) => {
    const hash = hashOf(population.seed, PURPOSE, id);
    const owner = population.ownerOfContent(id);
    const kind = population.kindOfContent(id);
    const { least, most } = DURATION_SECONDS[kind];
    const title = phraseOf(hash % PHRASE_COUNT);
    const description = `A ${title}, with a ${phraseOf((hash >>> 7) % PHRASE_COUNT)}. ${remarkOf(hash >>> 13)}; ${remarkOf(hash >>> 19)}.`;
    const tags = `{${population.tagsOfContent(id).join(",")}}`;
    return `${id}\t${owner}\t${title}\t${description}\t${kind}\t${population.statusOfContent(id)}\t${population.languageOf(owner)}\t${least + (hash % (most - least))}\t${tags}\t${population.contractOf(owner)}\t${id}\t${copyTimestamp(population.createdAtOfContent(id))}`;
  },
};
