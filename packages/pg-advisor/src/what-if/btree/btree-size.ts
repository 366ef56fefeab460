import { PAGE_BYTES } from "./empty-tree.ts";
import { downlinksPerPage } from "./inner-pages.ts";
import type { BtreeFacts } from "./key-column.ts";
import { countLeafTuples, describeLeaves } from "./leaf-pages.ts";
import { pagesFor } from "./page-space.ts";

/** How large a B-tree is right after CREATE INDEX. */
export interface BtreeSize {
  readonly pages: number;
  readonly bytes: number;
  /** Levels above the leaves. */
  readonly level: number;
}

const INNER_FILL_FACTOR_PERCENT = 70;
/** Within which share two sizes are one: the model is that exact. */
const SAME_SIZE_SHARE = 0.02;

/**
 * Predicts a B-tree as CREATE INDEX lays it: leaves filled to the fill factor, equal keys merged
 * into posting lists (PostgreSQL ≥ 13), inner pages of truncated keys filled to 70 %.
 */
export function predictBtreeSize(facts: BtreeFacts): BtreeSize {
  if (facts.rows < 1) return { pages: 1, bytes: PAGE_BYTES, level: 0 };
  const leaves = describeLeaves(facts);
  const perPage = downlinksPerPage(facts, leaves.tuples, INNER_FILL_FACTOR_PERCENT);
  let pages = 1 + leaves.pages;
  let level = 0;
  for (let width = leaves.pages; width > 1; level += 1) {
    width = pagesFor(width, perPage);
    pages += width;
  }
  return { pages, bytes: pages * PAGE_BYTES, level };
}

/**
 * The height of an existing B-tree of so many pages, its metapage included. One that has just the
 * size of a new one was made at a stroke; one that grew row by row filled its root before it got
 * another level. Mostly both have the same height, and nothing has to be laid out.
 */
export function levelOfBtree(facts: BtreeFacts, pages: number, isFromTheStart: boolean): number {
  const tuples = countLeafTuples(facts);
  const perPage = downlinksPerPage(facts, tuples, INNER_FILL_FACTOR_PERCENT);
  const leaves = (pages - 1) * (1 - 1 / perPage);
  const asGrown = levelAbove(leaves, perPage, downlinksPerPage(facts, tuples, 100));
  if (isFromTheStart || asGrown === levelAbove(leaves, perPage, perPage)) return asGrown;
  const asNew = predictBtreeSize(facts);
  const isNew = Math.abs(asNew.pages - pages) <= SAME_SIZE_SHARE * pages;
  return isNew ? asNew.level : asGrown;
}

function levelAbove(leaves: number, perPage: number, inRoot: number): number {
  let level = 0;
  for (let width = leaves; width > 1; level += 1) {
    width = width <= inRoot ? 1 : Math.ceil(width / perPage);
  }
  return level;
}
