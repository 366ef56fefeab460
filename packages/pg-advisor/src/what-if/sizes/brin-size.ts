import { PAGE_BYTES } from "../btree/empty-tree.ts";
import { align } from "../btree/tuple-width.ts";
import type { BrinColumn, BrinFacts } from "./index-facts.ts";

const DEFAULT_PAGES_PER_RANGE = 128;
/** Row ids of 6 bytes on a page of the map from ranges to their summaries. */
const RANGES_PER_REVMAP_PAGE = 1360;
const FREE_BYTES: number = PAGE_BYTES - 24 - 8;
const LINE_POINTER_BYTES = 4;
const MULTI_VALUES = 18;
/** Block number and flags. */
const HEADER_BYTES = 5;

export interface BrinPages {
  readonly pages: number;
  readonly revmapPages: number;
}

/** Pages of a BRIN: the metapage, the map of ranges, and one summary a range. */
export function predictBrinPages(facts: BrinFacts): BrinPages {
  const { tablePages, pagesPerRange = DEFAULT_PAGES_PER_RANGE } = facts;
  const ranges = Math.ceil(tablePages / pagesPerRange);
  const revmapPages = Math.max(1, Math.ceil(ranges / RANGES_PER_REVMAP_PAGE));
  const item = tupleBytes(facts, pagesPerRange) + LINE_POINTER_BYTES;
  const perPage = Math.max(1, Math.floor(FREE_BYTES / item));
  const summaryPages = Math.max(1, Math.ceil(ranges / perPage));
  return { pages: 1 + revmapPages + summaryPages, revmapPages };
}

function tupleBytes(facts: BrinFacts, pagesPerRange: number): number {
  const hasNulls = facts.columns.some(({ column }) => column.nullFraction > 0);
  const bitmapBytes = hasNulls ? Math.ceil((2 * facts.columns.length) / 8) : 0;
  let width = 0;
  for (const column of facts.columns) width = afterSummary(width, column, facts, pagesPerRange);
  return align(align(HEADER_BYTES + bitmapBytes, 8) + width, 8);
}

function afterSummary(
  width: number,
  { column, summary }: BrinColumn,
  facts: BrinFacts,
  pagesPerRange: number,
): number {
  switch (summary) {
    case "minmax":
      return afterValue(afterValue(width, column), column);
    case "inclusion":
      return afterValue(width, column) + 2;
    case "minmax-multi":
      return align(width, 4) + multiBytes(column, facts.rowsPerPage * pagesPerRange);
    case "bloom":
      return align(width, 4) + bloomBytes(pagesPerRange);
  }
}

function afterValue(
  width: number,
  { lengthBytes, alignmentBytes, averageWidthBytes }: BrinColumn["column"],
): number {
  if (lengthBytes >= 0) return align(width, alignmentBytes) + lengthBytes;
  return width + Math.round(averageWidthBytes);
}

/** Values that are left of 32 after a build has put the closest together, in a header of 20 bytes. */
function multiBytes(
  { lengthBytes, averageWidthBytes, distinct }: BrinColumn["column"],
  rows: number,
): number {
  const values = Math.min(MULTI_VALUES, 2 * distinct, 2 * rows);
  return 20 + values * (lengthBytes >= 0 ? lengthBytes : averageWidthBytes);
}

const BLOOM_FALSE_POSITIVES = 0.01;
const BLOOM_DISTINCT_SHARE = 0.1;
const BLOOM_FEWEST_DISTINCT = 16;
const BLOOM_HEADER_BYTES = 16;
const MOST_ROWS_PER_PAGE = 291;

/** A Bloom filter for a tenth of the most rows that a range can have, one wrong answer in a hundred. */
function bloomBytes(pagesPerRange: number): number {
  const distinct = Math.max(
    BLOOM_FEWEST_DISTINCT,
    BLOOM_DISTINCT_SHARE * MOST_ROWS_PER_PAGE * pagesPerRange,
  );
  const bits = Math.ceil((-distinct * Math.log(BLOOM_FALSE_POSITIVES)) / Math.LN2 ** 2);
  return BLOOM_HEADER_BYTES + Math.ceil(bits / 8);
}
