import { seededRandom } from "@streamgate/core";
import { findChangePoints } from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { denseRanks } from "../../src/statistics/change-points/dense-ranks.ts";
import { bestEnergySplit } from "../../src/statistics/change-points/energy-split.ts";

const random = seededRandom(7);
const noise = (count: number, level: number, spread = 1): number[] =>
  Array.from({ length: count }, () => level + spread * (random.next() + random.next() - 1));

test("a step is found where it is", () => {
  const [change, ...others] = findChangePoints([...noise(60, 10), ...noise(40, 12)]);
  expect(others).toEqual([]);
  expect(Math.abs((change?.at ?? 0) - 60)).toBeLessThanOrEqual(1);
  expect(change?.superiority).toBeGreaterThan(0.95);
});

test("a change of spread is found as well as one of level", () => {
  const changes = findChangePoints([...noise(150, 10, 0.3), ...noise(150, 10, 3)]);
  expect(changes).toHaveLength(1);
  expect(Math.abs((changes[0]?.at ?? 0) - 150)).toBeLessThanOrEqual(5);
});

test("two steps are found in order", () => {
  const changes = findChangePoints([...noise(50, 10), ...noise(50, 14), ...noise(50, 11)]);
  expect(changes.map(({ at }) => Math.round(at / 10))).toEqual([5, 10]);
});

test("pure noise has a change point about as rarely as promised", () => {
  const runs = 300;
  let alarms = 0;
  for (let run = 0; run < runs; run += 1) {
    alarms += Math.min(1, findChangePoints(noise(60, 5), { significance: 0.05 }).length);
  }
  expect(alarms / runs).toBeLessThan(0.09);
});

test("levels that belong to groups are no change points", () => {
  const groups: string[] = [];
  const values: number[] = [];
  for (let build = 0; build < 40; build += 1) {
    const level = 10 + 6 * random.next();
    for (const value of noise(8, level, 0.1)) {
      values.push(value);
      groups.push(`build ${build}`);
    }
  }
  expect(findChangePoints(values, { groups })).toEqual([]);
});

test("what is not a number is passed over, and indices are those of the series", () => {
  const values = [...noise(30, 1), ...new Array<number>(10).fill(Number.NaN), ...noise(30, 9)];
  expect(findChangePoints(values).map(({ at }) => at)).toEqual([40]);
});

test("a constant series, a short one and an empty one have none", () => {
  expect(findChangePoints(new Array<number>(100).fill(3))).toEqual([]);
  expect(findChangePoints([1, 2, 3])).toEqual([]);
  expect(findChangePoints([])).toEqual([]);
});

test("the fast statistic is that of the textbook", () => {
  const integers = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(integers, (values) => {
      const ranks = denseRanks(values);
      const best = bestEnergySplit(ranks, 2);
      const expected = Math.max(0, ...textbookStatistics(ranks));
      expect(best?.statistic).toBeCloseTo(expected, 8);
    }),
  );
});

function textbookStatistics(ranks: Int32Array): number[] {
  const mean = (left: Int32Array, right: Int32Array, pairs: number): number => {
    let sum = 0;
    for (const a of left) for (const b of right) sum += Math.abs(a - b);
    return sum / pairs;
  };
  const statistics: number[] = [];
  for (let at = 2; at <= ranks.length - 2; at += 1) {
    const left = ranks.slice(0, at);
    const right = ranks.slice(at);
    const [m, n] = [left.length, right.length];
    const distance =
      2 * mean(left, right, m * n) -
      mean(left, left, m * (m - 1)) -
      mean(right, right, n * (n - 1));
    statistics.push(((m * n) / (m + n)) * distance);
  }
  return statistics;
}

test("of a series without end the newest values are looked at, and their places stay those of the whole", () => {
  const values = [...noise(1_000, 50), ...noise(2_000, 0), ...noise(1_000, 9)];
  expect(findChangePoints(values).map(({ at }) => at)).toEqual([3_000]);
});
