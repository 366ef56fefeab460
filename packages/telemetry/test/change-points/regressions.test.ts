import { seededRandom } from "@streamgate/core";
import { findRegressions } from "@streamgate/telemetry/statistics";
import { expect, test } from "vitest";

const random = seededRandom(11);
const runs = (count: number, level: number): number[] =>
  Array.from({ length: count }, () => level * (1 + 0.02 * (random.next() - 0.5)));

test("a lasting slowdown of eight percent is a regression", () => {
  const [regression] = findRegressions([...runs(40, 100), ...runs(30, 108)]);
  expect(regression?.at).toBe(40);
  expect(regression?.effect).toBeCloseTo(0.08, 2);
});

test("a speed-up is none, unless less is worse", () => {
  const throughput = [...runs(40, 100), ...runs(30, 80)];
  expect(findRegressions(throughput)).toEqual([]);
  expect(findRegressions(throughput, { worse: "down" })).toHaveLength(1);
});

test("a slowdown that went away again is none", () => {
  expect(findRegressions([...runs(40, 100), ...runs(15, 130), ...runs(60, 100)])).toEqual([]);
});

test("a slowdown too small to matter is none", () => {
  expect(findRegressions([...runs(60, 100), ...runs(60, 103)])).toEqual([]);
});

test("small steps that add up are told once they matter", () => {
  const creeping = [100, 103, 106, 109, 112].flatMap((level) => runs(40, level));
  expect(findRegressions(creeping).length).toBeGreaterThanOrEqual(1);
});

test("a regression from the best level so far is told, though it was worse before", () => {
  const series = [...runs(40, 120), ...runs(40, 100), ...runs(40, 112)];
  expect(findRegressions(series).map(({ at }) => at)).toEqual([80]);
});

test("single spikes are none", () => {
  const spiky = runs(100, 100).map((value, run) => (run % 9 === 0 ? value * 3 : value));
  expect(findRegressions(spiky)).toEqual([]);
});
