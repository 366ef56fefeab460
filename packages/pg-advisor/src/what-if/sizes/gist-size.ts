import { PAGE_BYTES } from "../btree/empty-tree.ts";
import { pagesFor } from "../btree/page-space.ts";
import { meanTupleWidth } from "../btree/tuple-width.ts";
import type { GistFacts } from "./index-facts.ts";

const FREE_BYTES: number = PAGE_BYTES - 24 - 16;
const LINE_POINTER_BYTES = 4;

/**
 * How full a build leaves the leaves, by operator class, as measured on 18: sorted builds (points, ranges)
 * split four pages of neighbours at once, insertions split one page after the other.
 */
const LEAF_FILL: Readonly<Record<string, number>> = {
  point_ops: 0.67,
  range_ops: 0.62,
  box_ops: 0.53,
  poly_ops: 0.55,
  circle_ops: 0.57,
  inet_ops: 0.5,
  tsvector_ops: 0.85,
};
/** Classes of btree_gist, whose sorted builds leave no room. */
const PLAIN_FILL = 0.99;
const USUAL_FILL = 0.65;
const INNER_FILL = 0.42;
/** Sets of trigrams are split the worse the longer they are. */
const TRIGRAM_FILL = { ofNone: 0.73, perByte: 0.001, least: 0.4 } as const;

function leafFill(operatorClass: string, itemBytes: number): number {
  if (operatorClass === "gist_trgm_ops") {
    return Math.max(TRIGRAM_FILL.least, TRIGRAM_FILL.ofNone - TRIGRAM_FILL.perByte * itemBytes);
  }
  if (operatorClass.startsWith("gist_")) return PLAIN_FILL;
  return LEAF_FILL[operatorClass] ?? USUAL_FILL;
}

/** Pages of a GiST: how keys fall together on pages no statistics tell, so that their fill is a mean of many builds. */
export function predictGistPages(facts: GistFacts): number {
  const { rows, columns, include } = facts;
  if (rows < 1) return 1;
  const item =
    meanTupleWidth([...columns.map(({ column }) => column), ...include]) + LINE_POINTER_BYTES;
  const fill = leafFill(columns[0]?.operatorClass ?? "", item);
  let width = pagesFor(rows, Math.max(1, (FREE_BYTES * fill) / item));
  let pages = width;
  while (width > 1) {
    width = pagesFor(width, Math.max(2, (FREE_BYTES * INNER_FILL) / item));
    pages += width;
  }
  return pages;
}
