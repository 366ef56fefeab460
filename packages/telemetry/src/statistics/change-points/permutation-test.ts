import type { Random } from "@streamgate/core";
import { bestEnergySplit } from "./energy-split.ts";

/** Runs of values that belong together, such as the runs of one build: they are permuted as one. */
export interface Blocks {
  /** Index of the first value of each block, ascending, beginning with 0. */
  readonly starts: readonly number[];
}

/**
 * The chance of a split as good as this one if the order of the blocks meant nothing: a permutation
 * test, ended early once the answer is clear (Besag and Clifford, "Sequential Monte Carlo
 * p-values", 1991).
 *
 * @param statistic that of the split in question
 * @param rounds permutations at most; the least p-value that can come out is 1 / (rounds + 1)
 * @param significance above it the p-value need not be exact
 */
export function permutationPValue(
  ranks: Int32Array,
  blocks: Blocks,
  statistic: number,
  options: {
    readonly minPart: number;
    readonly rounds: number;
    readonly significance: number;
    readonly random: Random;
  },
): number {
  const { minPart, rounds, significance, random } = options;
  const tooMany = Math.ceil(significance * (rounds + 1)) + 1;
  let asGood = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const split = bestEnergySplit(permute(ranks, blocks, random), minPart);
    if (split !== undefined && split.statistic >= statistic) asGood += 1;
    if (asGood >= tooMany) return (asGood + 1) / (round + 1);
  }
  return (asGood + 1) / (rounds + 1);
}

function permute(ranks: Int32Array, { starts }: Blocks, random: Random): Int32Array {
  const permuted = new Int32Array(ranks.length);
  let filled = 0;
  for (const block of random.shuffle(starts.map((_, index) => index))) {
    const part = ranks.subarray(starts[block] ?? 0, starts[block + 1] ?? ranks.length);
    permuted.set(part, filled);
    filled += part.length;
  }
  return permuted;
}
