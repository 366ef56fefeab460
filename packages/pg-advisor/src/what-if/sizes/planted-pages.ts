import { emptyTree, PAGE_BYTES } from "../btree/empty-tree.ts";
import type { IndexForm } from "./index-size.ts";

/** Offsets on the metapage of a GIN (access/ginblock.h) and of a BRIN (access/brin_page.h). */
const GIN = { totalPages: 48, entryPages: 52, dataPages: 56, entries: 64 } as const;
const BRIN = { lastRevmapPage: 36 } as const;

/**
 * The first pages by which an index file of zeros pretends to be an index of a certain size.
 *
 * @param metapage the index's own, as PostgreSQL wrote it for an empty table
 * @param pages of the whole file
 */
export function plantedPages(metapage: Buffer, form: IndexForm, pages: number): Buffer {
  if (form.method === "btree") return emptyTree(metapage, form.level);
  const meta = Buffer.from(metapage.subarray(0, PAGE_BYTES));
  if (form.method === "gin") {
    meta.writeUInt32LE(pages, GIN.totalPages);
    meta.writeUInt32LE(form.entryPages, GIN.entryPages);
    meta.writeUInt32LE(form.dataPages, GIN.dataPages);
    meta.writeBigInt64LE(BigInt(form.entries), GIN.entries);
  }
  if (form.method === "brin") meta.writeUInt32LE(form.revmapPages, BRIN.lastRevmapPage);
  return meta;
}
