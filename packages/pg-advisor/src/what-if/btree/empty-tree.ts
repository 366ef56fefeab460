/**
 * The pages by which an index file of zeros pretends to be a B-tree of a certain height, for a
 * planner that reads the height from the metapage and may descend to the empty leaf. Layout:
 * PostgreSQL's src/include/access/nbtree.h and storage/bufpage.h, version 4 of the B-tree.
 */

export const PAGE_BYTES = 8192;

const HEADER_BYTES = 24;
const LINE_POINTER_BYTES = 4;
const SPECIAL_BYTES = 16;
const SPECIAL_OFFSET = PAGE_BYTES - SPECIAL_BYTES;
const SIZE_AND_VERSION = 0x2004;

const HEADER = { lower: 12, upper: 14, special: 16, sizeAndVersion: 18 } as const;
const META = { root: 32, level: 36, fastRoot: 40, fastLevel: 44, allEqualImage: 64 } as const;
const OPAQUE = { level: SPECIAL_OFFSET + 8, flags: SPECIAL_OFFSET + 12 } as const;

const FLAG_LEAF = 1;
const FLAG_ROOT = 2;
const FIRST_BLOCK = 1;

const DOWNLINK_BYTES = 8;
/** Size 8, and the bit that says that the tuple's own id holds the number of its key columns: 0. */
const DOWNLINK_INFO = 0x2000 | DOWNLINK_BYTES;
const LINE_POINTER_NORMAL = 1 << 15;

/** Whether an index may merge duplicates, as its metapage tells. */
export function allowsDeduplication(metapage: Buffer): boolean {
  return metapage.readUInt8(META.allEqualImage) !== 0;
}

/**
 * The first pages of a B-tree of `level` levels above its leaf: the metapage and a chain from the
 * root to one empty leaf.
 *
 * @param metapage the index's own metapage, as PostgreSQL wrote it
 * @param level 0 where the root is the leaf
 */
export function emptyTree(metapage: Buffer, level: number): Buffer {
  const meta = Buffer.from(metapage.subarray(0, PAGE_BYTES));
  meta.writeUInt32LE(FIRST_BLOCK, META.root);
  meta.writeUInt32LE(level, META.level);
  meta.writeUInt32LE(FIRST_BLOCK, META.fastRoot);
  meta.writeUInt32LE(level, META.fastLevel);
  const chain = Array.from({ length: level + 1 }, (_, depth) =>
    chainPage(FIRST_BLOCK + depth, level - depth, depth === 0),
  );
  return Buffer.concat([meta, ...chain]);
}

function chainPage(block: number, level: number, isRoot: boolean): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  const isLeaf = level === 0;
  const lower = isLeaf ? HEADER_BYTES : HEADER_BYTES + LINE_POINTER_BYTES;
  const upper = isLeaf ? SPECIAL_OFFSET : SPECIAL_OFFSET - DOWNLINK_BYTES;
  page.writeUInt16LE(lower, HEADER.lower);
  page.writeUInt16LE(upper, HEADER.upper);
  page.writeUInt16LE(SPECIAL_OFFSET, HEADER.special);
  page.writeUInt16LE(SIZE_AND_VERSION, HEADER.sizeAndVersion);
  page.writeUInt32LE(level, OPAQUE.level);
  page.writeUInt16LE((isRoot ? FLAG_ROOT : 0) | (isLeaf ? FLAG_LEAF : 0), OPAQUE.flags);
  if (!isLeaf) writeDownlink(page, upper, block + 1);
  return page;
}

/** The one tuple of an inner page: minus infinity, pointing to the next block of the chain. */
function writeDownlink(page: Buffer, offset: number, child: number): void {
  page.writeUInt32LE(offset | LINE_POINTER_NORMAL | (DOWNLINK_BYTES << 17), HEADER_BYTES);
  page.writeUInt16LE(child >>> 16, offset);
  page.writeUInt16LE(child & 0xffff, offset + 2);
  page.writeUInt16LE(0, offset + 4);
  page.writeUInt16LE(DOWNLINK_INFO, offset + 6);
}
