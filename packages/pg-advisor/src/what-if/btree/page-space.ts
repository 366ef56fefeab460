import { PAGE_BYTES } from "./empty-tree.ts";

export const LINE_POINTER_BYTES = 4;
/** Block and line of a row. */
export const ROW_ID_BYTES = 6;
/** Free bytes of a new page: less header, special area, and two line pointers (high key, next). */
export const FREE_BYTES: number = PAGE_BYTES - 24 - 16 - 2 * LINE_POINTER_BYTES;

/** What a fill factor leaves free of a page. */
export function reservedBytes(fillFactorPercent: number): number {
  return Math.floor((PAGE_BYTES * (100 - fillFactorPercent)) / 100);
}

/** A page is begun only when there is something to put on it after the last one overflowed. */
export function pagesFor(items: number, perPage: number): number {
  return Math.max(1, Math.ceil((items - 1) / perPage));
}
