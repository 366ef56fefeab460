import type { KeyGroup } from "../../btree/key-groups.ts";

/** Keys of neighbouring ranks, and the probability of each. */
export interface RankClass {
  readonly keys: number;
  readonly probability: number;
}

const EXPONENTS = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.4] as const;
const CLASS_GROWTH = 1.25;
const BISECTIONS = 40;

/**
 * The number of keys and the power by which they fall with their rank that make a sample have as many
 * different keys, and as many just once, as it has: words of a language fall by about 1 (Zipf 1949),
 * evenly drawn numbers by 0.
 *
 * @param drawn occurrences in the sample
 * @param distinct different keys among them
 * @param singles keys that occur once
 * @param most different keys that there can be
 */
export function fitRanks(
  drawn: number,
  distinct: number,
  singles: number,
  most: number,
): readonly RankClass[] {
  let best: readonly RankClass[] = [];
  let smallestMiss = Number.POSITIVE_INFINITY;
  for (const exponent of EXPONENTS) {
    const classes = classesFor(exponent, keysFor(exponent, drawn, distinct, most));
    const miss =
      Math.abs(Math.log((expectedSingles(classes, drawn) + 1) / (singles + 1))) +
      Math.abs(Math.log((expectedDistinct(classes, drawn) + 1) / (distinct + 1)));
    if (miss < smallestMiss) {
      smallestMiss = miss;
      best = classes;
    }
  }
  return best;
}

/** Keys so many that a sample has so many different ones. */
function keysFor(exponent: number, drawn: number, distinct: number, most: number): number {
  let low = Math.log(distinct);
  let high = Math.log(Math.max(distinct, most));
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (expectedDistinct(classesFor(exponent, Math.exp(middle)), drawn) < distinct) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

function classesFor(exponent: number, keys: number): readonly RankClass[] {
  const classes: { keys: number; probability: number }[] = [];
  let total = 0;
  let width = 1;
  for (let rank = 0; rank < keys; rank += width, width *= CLASS_GROWTH) {
    const count = Math.min(width, keys - rank);
    const weight = (rank + (count + 1) / 2) ** -exponent;
    classes.push({ keys: count, probability: weight });
    total += count * weight;
  }
  return classes.map((each) => ({ ...each, probability: each.probability / total }));
}

function expectedDistinct(classes: readonly RankClass[], drawn: number): number {
  return classes.reduce(
    (sum, { keys, probability }) => sum - keys * Math.expm1(-drawn * probability),
    0,
  );
}

function expectedSingles(classes: readonly RankClass[], drawn: number): number {
  return classes.reduce(
    (sum, { keys, probability }) =>
      sum + keys * drawn * probability * Math.exp(-drawn * probability),
    0,
  );
}

/** The keys beyond the first ranks, which share these occurrences. */
export function keysBeyond(
  classes: readonly RankClass[],
  ranks: number,
  occurrences: number,
): readonly KeyGroup[] {
  let passed = 0;
  const rest: RankClass[] = [];
  for (const { keys, probability } of classes) {
    const left = Math.max(0, Math.min(keys, passed + keys - ranks));
    if (left > 0) rest.push({ keys: left, probability });
    passed += keys;
  }
  const total = rest.reduce((sum, { keys, probability }) => sum + keys * probability, 0);
  return rest.map(({ keys, probability }) => {
    const expected = (probability / total) * occurrences;
    const found = -keys * Math.expm1(-expected);
    return { keys: found, rowsPerKey: Math.max(1, (keys * expected) / found), isRandom: true };
  });
}
