import type { Population } from "../population/population.ts";
import type { MediaTable } from "../population/sizes.ts";
import { analyticsEventRows } from "./rows/analytics-events.ts";
import { classificationRows } from "./rows/classifications.ts";
import { contentRows } from "./rows/content.ts";
import { filterConfigRows } from "./rows/filter-configs.ts";
import { keywordRows } from "./rows/keywords.ts";
import { nftRows } from "./rows/nft.ts";
import { transactionRows } from "./rows/transactions.ts";
import { userRows } from "./rows/users.ts";

/** How the rows of one table are written in the text format of COPY. */
export interface CopyRows {
  readonly columns: readonly string[];
  /** The writer of row 1, 2, 3 …: tab-separated fields without the line's end. */
  writer(population: Population): (row: number) => string;
}

export const COPY_ROWS: Readonly<Record<MediaTable, CopyRows>> = {
  users: userRows,
  content: contentRows,
  nft: nftRows,
  transactions: transactionRows,
  keywords: keywordRows,
  filter_configs: filterConfigRows,
  analytics_events: analyticsEventRows,
  ai_classification_cache: classificationRows,
};
