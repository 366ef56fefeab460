import { BLOCK_BYTES, BlockFilter } from "./block-filter.ts";
import type { BloomLink } from "./bloom-filter.ts";
import { bloomUnreadable } from "./errors.ts";

/** A chain of filters as it is written: sizes as JSON in front, then the words of each link. */
export interface WrittenLinks {
  readonly bitsPerId: number;
  /** Null: unbounded. */
  readonly maxBytes: number | null;
  readonly links: readonly BloomLink[];
}

interface LinkShape {
  readonly blocks: number;
  readonly hashes: number;
  readonly capacity: number;
  readonly ids: number;
}

/** Says what the bytes are, and in which order their words were written. */
const MARK = 0x53474246;
const VERSION = 1;
const HEAD_WORDS = 4;
const WORD_BYTES = 4;

export function writeLinks({ bitsPerId, maxBytes, links }: WrittenLinks): Uint8Array {
  const shapes = links.map(
    ({ filter: { blocks, hashes }, capacity, ids }): LinkShape => ({
      blocks,
      hashes,
      capacity,
      ids,
    }),
  );
  const shape = new TextEncoder().encode(JSON.stringify({ bitsPerId, maxBytes, links: shapes }));
  const shapeWords = Math.ceil(shape.length / WORD_BYTES);
  const bodyWords = links.reduce((sum, { filter }) => sum + filter.words.length, 0);
  const words = new Int32Array(HEAD_WORDS + shapeWords + bodyWords);
  const bytes = new Uint8Array(words.buffer);
  bytes.set(shape, HEAD_WORDS * WORD_BYTES);
  let at = HEAD_WORDS + shapeWords;
  for (const { filter } of links) {
    words.set(filter.words, at);
    at += filter.words.length;
  }
  words.set([MARK, VERSION, shape.length, checksumOf(words)]);
  return bytes;
}

/** @throws StreamGateError `SG_CACHE_BLOOM_UNREADABLE` */
export function readLinks(bytes: Uint8Array): WrittenLinks {
  const words = new Int32Array(bytes.slice().buffer, 0, Math.floor(bytes.length / WORD_BYTES));
  const [mark, version, shapeLength = 0, checksum] = words;
  if (mark !== MARK) {
    throw bloomUnreadable("they are not such a filter, or were written in another byte order");
  }
  if (version !== VERSION) {
    throw bloomUnreadable(`they have version ${String(version)}, not ${VERSION}`);
  }
  if (bytes.length % WORD_BYTES !== 0 || checksum !== checksumOf(words)) {
    throw bloomUnreadable("they are damaged or cut off");
  }
  const from = HEAD_WORDS * WORD_BYTES;
  const shape = parseShape(bytes.subarray(from, from + shapeLength));
  let at = HEAD_WORDS + Math.ceil(shapeLength / WORD_BYTES);
  const links = shape.links.map(({ blocks, hashes, capacity, ids }): BloomLink => {
    const length = (blocks * BLOCK_BYTES) / WORD_BYTES;
    const own = words.slice(at, at + length);
    if (own.length !== length) throw bloomUnreadable("they are shorter than their own header says");
    at += length;
    return { filter: new BlockFilter(blocks, hashes, own), capacity, ids };
  });
  return { bitsPerId: shape.bitsPerId, maxBytes: shape.maxBytes, links };
}

/** The checksum vouches for what `writeLinks` wrote, so its shape is taken at its word. */
function parseShape(bytes: Uint8Array): Omit<WrittenLinks, "links"> & {
  readonly links: readonly LinkShape[];
} {
  return JSON.parse(new TextDecoder().decode(bytes)) as ReturnType<typeof parseShape>;
}

/** Over all words behind the head and the shape's length. */
function checksumOf(words: Int32Array): number {
  let sum = 0x9e3779b1 ^ words.length;
  for (let at = HEAD_WORDS; at < words.length; at += 1) {
    sum = Math.imul(sum ^ (words[at] ?? 0), 0x85ebca77);
    sum ^= sum >>> 15;
  }
  return sum | 0;
}
