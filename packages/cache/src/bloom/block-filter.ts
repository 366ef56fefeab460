const BLOCK_BITS = 1_024;
const WORDS_PER_BLOCK = BLOCK_BITS / 32;
/** The uppermost 10 bits of a word name a bit of a block. */
const BIT_SHIFT = 22;
export const BLOCK_BYTES: number = BLOCK_BITS / 8;
const TWO_TO_32 = 4_294_967_296;
const MOST_HASHES = 16;
const BLOCKS_SAMPLED = 4_096;

/**
 * A Bloom filter of fixed size in blocks: all bits of an id lie in one block of 1024 bits, two
 * neighbouring cache lines, so that a check of a large filter waits for memory once (Putze, Sanders,
 * Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", WEA 2007). Inside the block the bits
 * follow from two hashes (Kirsch, Mitzenmacher, "Less Hashing, Same Performance", ESA 2006).
 *
 * Blocks of 512 bits measured 1.04 % false positives at 10 bits an id, of 1024 bits 0.93 %, no
 * blocks 0.82 %, all at the same speed while the filter fits the processor's cache.
 */
export class BlockFilter {
  readonly words: Int32Array;
  readonly blocks: number;
  readonly hashes: number;

  constructor(blocks: number, hashes: number, words?: Int32Array) {
    this.blocks = blocks;
    this.hashes = hashes;
    this.words = words ?? new Int32Array(blocks * WORDS_PER_BLOCK);
  }

  add(low: number, high: number): void {
    const { words, hashes } = this;
    const base = Math.floor(((low >>> 0) * this.blocks) / TWO_TO_32) * WORDS_PER_BLOCK;
    const stride = Math.imul(low, 0x9e3779b1) | 1;
    let walk = high;
    for (let round = 0; round < hashes; round += 1) {
      const bit = walk >>> BIT_SHIFT;
      const word = base + (bit >>> 5);
      words[word] = (words[word] ?? 0) | (1 << (bit & 31));
      walk = (walk + stride) | 0;
    }
  }

  has(low: number, high: number): boolean {
    const { words, hashes } = this;
    const base = Math.floor(((low >>> 0) * this.blocks) / TWO_TO_32) * WORDS_PER_BLOCK;
    const stride = Math.imul(low, 0x9e3779b1) | 1;
    let walk = high;
    for (let round = 0; round < hashes; round += 1) {
      const bit = walk >>> BIT_SHIFT;
      if (((words[base + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) === 0) return false;
      walk = (walk + stride) | 0;
    }
    return true;
  }
}

/** How many bits an id sets so that false positives are fewest: bits × ln 2. */
export function hashesFor(bitsPerId: number): number {
  return Math.min(MOST_HASHES, Math.max(1, Math.round(bitsPerId * Math.LN2)));
}

/**
 * The expected share of absent ids for which the filter says "maybe", 0 to 1: for an id of a block of
 * which a share is set, that share to the power of the hashes; the mean over blocks evenly spread.
 * Read from the bits, because who adds only ids that seem new cannot count how many there were.
 */
export function falsePositiveRateOf(filter: BlockFilter): number {
  const { words, blocks, hashes } = filter;
  const step = Math.max(1, Math.floor(blocks / BLOCKS_SAMPLED));
  let rates = 0;
  let sampled = 0;
  for (let block = 0; block < blocks; block += step) {
    let bits = 0;
    for (let word = 0; word < WORDS_PER_BLOCK; word += 1) {
      bits += bitsIn(words[block * WORDS_PER_BLOCK + word] ?? 0);
    }
    rates += (bits / BLOCK_BITS) ** hashes;
    sampled += 1;
  }
  return rates / sampled;
}

/** Population count by pairs, nibbles and bytes (H. S. Warren, "Hacker's Delight", 5-1). */
function bitsIn(word: number): number {
  let sums = word - ((word >>> 1) & 0x55555555);
  sums = (sums & 0x33333333) + ((sums >>> 2) & 0x33333333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
