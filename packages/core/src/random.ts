/** Repeatable randomness: the same seed gives the same run. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T;
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded through SplitMix32.
 *
 * @param seed any integer; only its lowest 32 bits count
 * @example
 * ```ts
 * import { seededRandom } from "@streamgate/core";
 * seededRandom(42).integer(6); // the same on every machine
 * ```
 */
export function seededRandom(seed: number): Random {
  let mixed = seed | 0;
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = mixed ^ (mixed >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const nextWord = (): number => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    c |= 0;
    return word >>> 0;
  };
  for (let round = 0; round < 12; round += 1) nextWord();

  const next = (): number => nextWord() / 4_294_967_296;
  const integer = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    integer,
    pick: (items) => {
      const item = items[integer(items.length)];
      if (item === undefined && items.length === 0) throw new RangeError("pick needs an item");
      return item as (typeof items)[number];
    },
    shuffle: (items) => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = integer(last + 1);
        const moved = shuffled[last] as (typeof items)[number];
        shuffled[last] = shuffled[other] as (typeof items)[number];
        shuffled[other] = moved;
      }
      return shuffled;
    },
  };
}
