import { standardNormalUpperTail } from "../distributions/normal.ts";
import { midRanks } from "./mid-ranks.ts";

/** How two samples compare by rank. */
export interface RankComparison {
  /** Chance that a value of the second sample exceeds one of the first, ties counted half: 0 to 1 (common language effect size). */
  readonly superiority: number;
  /** Two-sided, by the normal approximation with correction for ties and continuity. */
  readonly pValue: number;
  /** Standard score; above 0 where the second sample is greater. */
  readonly z: number;
}

/**
 * Whether one of two samples tends to be greater, whatever their distributions (Mann and Whitney,
 * "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other", 1947).
 *
 * @param first at least one finite number; from about 8 on each side the p-value is accurate
 * @param second likewise
 * @example
 * ```ts
 * import { mannWhitney } from "@streamgate/telemetry/statistics";
 * const { superiority } = mannWhitney([1, 2, 3], [4, 5, 6]); // 1: every second one is greater
 * ```
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankComparison {
  const m = first.length;
  const n = second.length;
  if (m === 0 || n === 0) return { superiority: 0.5, pValue: 1, z: 0 };
  const all = [...first, ...second];
  const ranks = midRanks(all);
  let rankSum = 0;
  for (let index = m; index < all.length; index += 1) rankSum += ranks[index] ?? 0;
  const u = rankSum - (n * (n + 1)) / 2;
  const expected = (m * n) / 2;
  const deviation = Math.sqrt(varianceOfU(m, n, all));
  const distance = Math.max(0, Math.abs(u - expected) - 0.5);
  const z = deviation === 0 ? 0 : (Math.sign(u - expected) * distance) / deviation;
  return {
    superiority: u / (m * n),
    pValue: Math.min(1, 2 * standardNormalUpperTail(Math.abs(z))),
    z,
  };
}

function varianceOfU(m: number, n: number, all: readonly number[]): number {
  const size = m + n;
  const counts = new Map<number, number>();
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const count of counts.values()) ties += count ** 3 - count;
  return ((m * n) / 12) * (size + 1 - ties / (size * Math.max(1, size - 1)));
}
