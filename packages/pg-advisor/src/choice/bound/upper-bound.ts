import type { GainLadder } from "./gain-ladder.ts";

/** An index as the bound sees it. */
interface BoundItem {
  readonly id: string;
  readonly sizeBytes: number;
  /** What writers and storage pay for it, in milliseconds an hour. */
  readonly upkeepMs: number;
}

export interface BoundInput {
  readonly ladders: readonly GainLadder[];
  readonly items: readonly BoundItem[];
  readonly budgetBytes: number;
  readonly indexesAtMost: number;
  /** What could be saved besides: statements that were not planned, existing indexes that could go. */
  readonly besidesMs: number;
  /** The net saving of a set that was found, in milliseconds an hour. */
  readonly foundMs: number;
}

/** So much of a statement's saving needs any one of these indexes. */
interface Term {
  readonly gainMs: number;
  readonly members: readonly number[];
}

interface Packing {
  readonly valueMs: number;
  /** How much of each item is taken, 0 to 1. */
  readonly taken: Float64Array;
}

const ROUNDS = 300;
const PATIENCE = 12;

/**
 * What no set of the candidates within budget and number can exceed, net of upkeep. Each rung of a ladder is a term: the saving beyond the
 * next rung needs one of the indexes down to it. Of the terms' coverage problem the constraints "a term counts only if one of its indexes is
 * taken" are priced (Lagrangian relaxation; Fisher, Management Science 27(1), 1981), and the indexes are taken fractionally; any
 * prices give a valid bound, and subgradient steps towards the best set found (Polyak) make it tight. Deterministic.
 */
export function upperBoundMs(input: BoundInput): number {
  const { items, besidesMs, foundMs } = input;
  const terms = termsOf(input);
  const prices = Float64Array.from(terms, ({ gainMs }) => gainMs);
  let best = Number.POSITIVE_INFINITY;
  let pace = 1;
  let idle = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const profits = Float64Array.from(items, ({ upkeepMs }) => -upkeepMs);
    let unpriced = 0;
    for (const [position, { gainMs, members }] of terms.entries()) {
      const price = prices[position] ?? 0;
      unpriced += gainMs - price;
      for (const member of members) profits[member] = (profits[member] ?? 0) + price;
    }
    const packing = pack(items, profits, input);
    const bound = unpriced + packing.valueMs;
    idle = bound < best - 1e-9 * Math.abs(best) ? 0 : idle + 1;
    best = Math.min(best, bound);
    if (idle >= PATIENCE) {
      pace /= 2;
      idle = 0;
    }
    const slopes = terms.map(({ members }) =>
      members.reduce((sum, member) => sum + (packing.taken[member] ?? 0), -1),
    );
    const length = slopes.reduce((sum, slope) => sum + slope ** 2, 0);
    const distance = bound + besidesMs - foundMs;
    if (length === 0 || pace < 1e-4 || distance <= 0) break;
    const step = (pace * distance) / length;
    for (const [position, { gainMs }] of terms.entries()) {
      const moved = (prices[position] ?? 0) - step * (slopes[position] ?? 0);
      prices[position] = Math.min(gainMs, Math.max(0, moved));
    }
  }
  return Math.max(0, best) + besidesMs;
}

function termsOf({ ladders, items }: BoundInput): readonly Term[] {
  const positions = new Map(items.map(({ id }, position) => [id, position]));
  return ladders.flatMap(({ rungs }) => {
    const members = new Set<number>();
    return rungs.flatMap(({ ids, savedMsAtMost }, level) => {
      for (const id of ids) {
        const position = positions.get(id);
        if (position !== undefined) members.add(position);
      }
      const gainMs = savedMsAtMost - (rungs[level + 1]?.savedMsAtMost ?? 0);
      return gainMs > 0 ? [{ gainMs, members: [...members] }] : [];
    });
  });
}

/** The most profitable fractions under the tighter of both limits; each alone bounds the two together. */
function pack(
  items: readonly BoundItem[],
  profits: Float64Array,
  { budgetBytes, indexesAtMost }: BoundInput,
): Packing {
  const byBytes = fill(items, profits, budgetBytes, ({ sizeBytes }) => sizeBytes);
  const byNumber = fill(items, profits, indexesAtMost, () => 1);
  return byBytes.valueMs <= byNumber.valueMs ? byBytes : byNumber;
}

/** The fractional knapsack: best profit for its weight first. */
function fill(
  items: readonly BoundItem[],
  profits: Float64Array,
  capacity: number,
  weightOf: (item: BoundItem) => number,
): Packing {
  const taken = new Float64Array(items.length);
  const order = items
    .map((item, position) => ({ position, weight: weightOf(item), profit: profits[position] ?? 0 }))
    .filter(({ profit }) => profit > 0)
    .sort((one, other) => other.profit * one.weight - one.profit * other.weight);
  let left = capacity;
  let valueMs = 0;
  for (const { position, weight, profit } of order) {
    const share = weight <= left ? 1 : Math.max(0, left) / weight;
    taken[position] = share;
    valueMs += share * profit;
    left -= weight;
    if (left <= 0) break;
  }
  return { valueMs, taken };
}
