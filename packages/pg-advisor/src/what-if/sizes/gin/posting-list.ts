import { PAGE_BYTES } from "../../btree/empty-tree.ts";

/** How the rows of a table lie on its pages. */
export interface RowPlaces {
  readonly rowsPerPage: number;
  readonly tableRows: number;
}

/** The first row id whole, and the length of what follows. */
const SEGMENT_HEADER_BYTES = 8;
const LARGEST_SEGMENT_BYTES = 384;
const LEAF_BYTES: number = PAGE_BYTES - 24 - 8 - 8;
const CHILDREN_PER_PAGE: number = Math.floor(LEAF_BYTES / 10);
/** Distances in blocks below which one, two, three bytes hold a difference of row ids. */
const BLOCKS_OF_TWO_BYTES = 8;
const BLOCKS_OF_THREE_BYTES = 1024;
const BLOCKS_OF_FOUR_BYTES = 131_072;
/** Lines of a page that one byte tells apart. */
const LINES_OF_ONE_BYTE = 128;

/** Bytes of a compressed list of the ids of so many rows, which lie anywhere in the table. */
export function postingListBytes(rows: number, places: RowPlaces): number {
  const following = Math.max(0, rows - 1) * differenceBytes(rows, places);
  return SEGMENT_HEADER_BYTES + 2 * Math.ceil(following / 2);
}

/** Pages of a tree of row ids, filled from the left. */
export function postingTreePages(rows: number, places: RowPlaces): number {
  const perSegment =
    1 + (LARGEST_SEGMENT_BYTES - SEGMENT_HEADER_BYTES) / differenceBytes(rows, places);
  const perLeaf = perSegment * Math.floor(LEAF_BYTES / LARGEST_SEGMENT_BYTES);
  let width = Math.ceil(rows / perLeaf);
  let pages = width;
  while (width > 1) {
    width = Math.ceil(width / CHILDREN_PER_PAGE);
    pages += width;
  }
  return pages;
}

/**
 * Mean bytes of the difference of two neighbouring ids, of which each row of the table is one with
 * the same probability: ids count 2,048 a page, seven bits go into a byte.
 */
function differenceBytes(rows: number, { rowsPerPage, tableRows }: RowPlaces): number {
  const probability = Math.min(1, rows / tableRows);
  if (probability >= 1) return 1;
  const none = Math.log1p(-probability);
  /** Share of differences of more than `blocks` pages. */
  const beyond = (blocks: number): number =>
    Math.min(
      1,
      (Math.exp(blocks * rowsPerPage * none) * -Math.expm1(rowsPerPage * none)) /
        (rowsPerPage * probability),
    );
  const near = (blocks: number): number => (beyond(blocks - 1) + beyond(blocks)) / 2;
  const farOnPage =
    rowsPerPage <= LINES_OF_ONE_BYTE ? 0 : Math.exp(LINES_OF_ONE_BYTE * none) * (1 - beyond(0));
  return (
    1 +
    beyond(0) +
    farOnPage +
    near(BLOCKS_OF_TWO_BYTES) +
    near(BLOCKS_OF_THREE_BYTES) +
    near(BLOCKS_OF_FOUR_BYTES)
  );
}
