import { type Random, seededRandom } from "@streamgate/core";
import { mannWhitney } from "../ranks/mann-whitney.ts";
import { median } from "../ranks/quantile.ts";
import { denseRanks } from "./dense-ranks.ts";
import { bestEnergySplit } from "./energy-split.ts";
import { type Blocks, permutationPValue } from "./permutation-test.ts";

/** Of a series that rises without end, so many take about three seconds. */
const MOST_VALUES = 3_000;

export interface ChangePointOptions {
  /**
   * What each value belongs to, such as the build that was measured: values of one group differ
   * together, so they count as one piece of evidence.
   * @default every value for itself
   */
  readonly groups?: readonly (string | number)[];
  /** The greatest chance of a false change point, 0 to 1, for each that is tried. @default 0.01 */
  readonly significance?: number;
  /** The least number of values between two change points, from 2. @default 5 */
  readonly minPart?: number;
  /** Permutations for each test, from 19. @default 399 */
  readonly rounds?: number;
  /** Repeatable chance for the permutations. @default a fixed seed */
  readonly random?: Random;
}

/** An index at which a series became another one. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Chance of such a split if the order of the values meant nothing. */
  readonly pValue: number;
  /** Medians of the stretches to the neighbouring change points. */
  readonly before: number;
  readonly after: number;
  /** Chance that a value after exceeds one before, 0 to 1; 0.5 where neither is greater. */
  readonly superiority: number;
}

/**
 * Where a series changed, found by dividing it again and again at the place where the two sides
 * differ most, as long as a permutation test finds the difference significant (E-divisive, Matteson
 * and James, 2014), on ranks. Finds changes of level and of spread; takes O(n log n) a test, and holds the thread for the while: 20 ms for
 * 1,000 values of noise, a second for as many that rise without end.
 *
 * @param values in order of time; what is not finite is passed over; of more than 3,000 the newest are looked at
 * @returns ascending
 * @example
 * ```ts
 * import { findChangePoints } from "@streamgate/telemetry/statistics";
 * const latencies = [...Array(30).fill(10), ...Array(30).fill(14)].map((ms, run) => ms + (run % 3) / 10);
 * findChangePoints(latencies).map(({ at }) => at); // [30]
 * ```
 */
export function findChangePoints(
  values: readonly number[],
  options: ChangePointOptions = {},
): readonly ChangePoint[] {
  const known = values
    .map((_, index) => index)
    .filter((index) => Number.isFinite(values[index]))
    .slice(-MOST_VALUES);
  const series = known.map((index) => values[index] ?? 0);
  const groups = known.map((index) => options.groups?.[index] ?? `#${index}`);
  const { minPart = 5, random = seededRandom(1) } = options;
  const search: Search = {
    series,
    groups,
    minPart: Math.max(2, minPart),
    significance: options.significance ?? 0.01,
    rounds: options.rounds ?? 399,
    random,
  };
  const found = divide(search, 0, series.length).sort((left, right) => left.at - right.at);
  return found.map(({ at, pValue }, index) => {
    const before = series.slice(found[index - 1]?.at ?? 0, at);
    const after = series.slice(at, found[index + 1]?.at ?? series.length);
    return {
      at: known[at] ?? values.length,
      pValue,
      before: median(before),
      after: median(after),
      superiority: mannWhitney(before, after).superiority,
    };
  });
}

interface Search {
  readonly series: readonly number[];
  readonly groups: readonly (string | number)[];
  readonly minPart: number;
  readonly significance: number;
  readonly rounds: number;
  readonly random: Random;
}

interface Found {
  readonly at: number;
  readonly pValue: number;
}

function divide(search: Search, from: number, to: number): Found[] {
  const found: Found[] = [];
  const open: (readonly [number, number])[] = [[from, to]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [start, end] = part;
    const change = testPart(search, start, end);
    if (change === undefined) continue;
    found.push(change);
    open.push([start, change.at], [change.at, end]);
  }
  return found;
}

function testPart(search: Search, start: number, end: number): Found | undefined {
  const { minPart, significance, rounds, random } = search;
  const ranks = denseRanks(search.series.slice(start, end));
  const split = bestEnergySplit(ranks, minPart);
  if (split === undefined || split.statistic <= 0) return undefined;
  const blocks = blocksOf(search.groups.slice(start, end));
  const pValue = permutationPValue(ranks, blocks, split.statistic, {
    minPart,
    rounds,
    significance,
    random,
  });
  return pValue > significance ? undefined : { at: start + split.at, pValue };
}

function blocksOf(groups: readonly (string | number)[]): Blocks {
  return { starts: groups.flatMap((group, index) => (group === groups[index - 1] ? [] : [index])) };
}
