import type { KeyGroup } from "../../btree/key-groups.ts";

const LIKELIEST_LEFT_OUT = 1e-12;

/**
 * How many trigrams there are that no sampled text, or only one, has, and in how many rows each is: they
 * are as likely as their two pairs of letters, one after the other, make them (Katz, IEEE TASSP 35, 1987:
 * what is unseen is told by shorter sequences).
 *
 * @param frequent trigrams that are counted already
 * @param seen how often each trigram was seen
 * @param occurrences of all rare trigrams in all rows
 */
export function rareTrigrams(
  frequent: ReadonlySet<string>,
  seen: ReadonlyMap<string, number>,
  occurrences: number,
): readonly KeyGroup[] {
  const starts = new Map<string, number>();
  const ends = new Map<string, [string, number][]>();
  const middles = new Map<string, number>();
  for (const [trigram, count] of pairsOf(seen, "start")) starts.set(trigram, count);
  for (const [pair, count] of pairsOf(seen, "end")) {
    const [middle = "", last = ""] = Array.from(pair);
    const known = ends.get(middle) ?? [];
    known.push([last, count]);
    ends.set(middle, known);
    middles.set(middle, (middles.get(middle) ?? 0) + count);
  }
  const weights: number[] = [];
  const all: number[] = [];
  for (const [pair, count] of starts) {
    const middle = Array.from(pair)[1] ?? "";
    const total = middles.get(middle) ?? 0;
    for (const [last, following] of ends.get(middle) ?? []) {
      const weight = (count * following) / total;
      all.push(weight);
      if (!frequent.has(pair + last)) weights.push(weight);
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const existing = existingShare(all, seen);
  const share = Math.min(
    1,
    Math.max(0.01, (existing * all.length - frequent.size) / Math.max(1, weights.length)),
  );
  const groups = new Map<number, { keys: number; rows: number }>();
  for (const weight of weights) {
    const expected = ((weight / Math.max(sum, LIKELIEST_LEFT_OUT)) * occurrences) / share;
    const found = -Math.expm1(-expected) * share;
    const magnitude = Math.round(4 * Math.log2(Math.max(expected, 1 / 16)));
    const group = groups.get(magnitude) ?? { keys: 0, rows: 0 };
    group.keys += found;
    group.rows += expected * share;
    groups.set(magnitude, group);
  }
  return [...groups.values()]
    .filter(({ keys }) => keys > 0)
    .map(({ keys, rows }) => ({ keys, rowsPerKey: Math.max(1, rows / keys), isRandom: true }));
}

/**
 * Which share of the possible trigrams the texts have: a limited vocabulary shows by fewer different ones
 * among the sampled than pairs of letters would make.
 */
function existingShare(weights: readonly number[], seen: ReadonlyMap<string, number>): number {
  const drawn = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const distinctWith = (share: number): number =>
    weights.reduce(
      (sum, weight) => sum - share * Math.expm1((-drawn * weight) / (total * share)),
      0,
    );
  let low = 0;
  let high = 1;
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (distinctWith(middle) < seen.size) low = middle;
    else high = middle;
  }
  return high;
}

function pairsOf(
  seen: ReadonlyMap<string, number>,
  side: "start" | "end",
): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (const [trigram, count] of seen) {
    const letters = Array.from(trigram);
    const pair = (side === "start" ? letters.slice(0, 2) : letters.slice(1)).join("");
    pairs.set(pair, (pairs.get(pair) ?? 0) + count);
  }
  return pairs;
}
