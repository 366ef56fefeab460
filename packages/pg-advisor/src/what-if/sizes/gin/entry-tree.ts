import { PAGE_BYTES } from "../../btree/empty-tree.ts";

/** Entries of one size. */
export interface EntryTuples {
  readonly count: number;
  /** Key and rows. */
  readonly bytes: number;
  /** The key alone, as inner pages hold it. */
  readonly keyBytes: number;
}

const LINE_POINTER_BYTES = 4;
/** Less header, special area, and the line pointer that is asked for twice. */
const FREE_BYTES: number = PAGE_BYTES - 24 - 8 - LINE_POINTER_BYTES;
const MOST_LAID_OUT = 20_000;
const GOLDEN_RATIO = 0.6180339887498949;

/**
 * Pages of the tree of entries. They come in ascending order, and a full page is split where its
 * left half is just more than half of all, so that pages are left half full.
 */
export function entryPages(tuples: readonly EntryTuples[]): number {
  const total = tuples.reduce((sum, { count }) => sum + count, 0);
  if (total < 1) return 1;
  const laidOut = Math.min(Math.max(1, Math.round(total)), MOST_LAID_OUT);
  const leaves = splitPages(representatives(tuples, total, laidOut));
  const keyBytes =
    tuples.reduce((sum, { count, keyBytes: bytes }) => sum + count * bytes, 0) / total;
  let width = Math.max(1, Math.round((leaves * total) / laidOut));
  let pages = width;
  while (width > 1) {
    const inner = splitPages(
      Array.from({ length: Math.min(width, MOST_LAID_OUT) }, () => keyBytes),
    );
    width = Math.max(1, inner);
    pages += width;
  }
  return pages;
}

/** Sizes of entries in an order that mixes them evenly. */
function representatives(tuples: readonly EntryTuples[], total: number, length: number): number[] {
  const bounds: number[] = [];
  let sum = 0;
  for (const { count } of tuples) {
    sum += count;
    bounds.push(sum);
  }
  return Array.from({ length }, (_, position) => {
    const rank = ((position + 0.5) * GOLDEN_RATIO) % 1;
    return tuples[firstAbove(bounds, rank * total)]?.bytes ?? 0;
  });
}

function firstAbove(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many pages the appending of items of these sizes leaves. */
function splitPages(sizes: readonly number[]): number {
  let pages = 1;
  let items: number[] = [];
  let used = 0;
  for (const size of sizes) {
    const item = size + LINE_POINTER_BYTES;
    items.push(item);
    used += item;
    if (used <= FREE_BYTES) continue;
    const half = used / 2;
    let left = 0;
    let moved = 0;
    while (left <= half && moved < items.length) {
      left += items[moved] ?? 0;
      moved += 1;
    }
    items = items.slice(moved);
    used -= left;
    pages += 1;
  }
  return pages;
}
