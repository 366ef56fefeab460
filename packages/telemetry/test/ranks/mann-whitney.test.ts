import {
  mannWhitney,
  median,
  midRanks,
  standardNormalUpperTail,
} from "@streamgate/telemetry/statistics";
import { expect, test } from "vitest";

test("equal values share the mean of their ranks", () => {
  expect(midRanks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
});

test("the p-value is that of the published tables", () => {
  // R: wilcox.test(x, y, exact = FALSE) for x = 1..10, y = 6..15 gives W = 12.5, p = 0.005036.
  const first = Array.from({ length: 10 }, (_, index) => index + 1);
  const { pValue, superiority } = mannWhitney(
    first,
    first.map((value) => value + 5),
  );
  expect(superiority).toBeCloseTo(0.875, 6);
  expect(pValue).toBeCloseTo(0.005036, 4);
});

test("samples without a difference give no evidence", () => {
  expect(mannWhitney([5, 5, 5], [5, 5, 5])).toEqual({ superiority: 0.5, pValue: 1, z: 0 });
  expect(mannWhitney([], [1])).toEqual({ superiority: 0.5, pValue: 1, z: 0 });
});

test("the normal tail is right far out", () => {
  expect(standardNormalUpperTail(0)).toBeCloseTo(0.5, 7);
  expect(standardNormalUpperTail(1.959964)).toBeCloseTo(0.025, 7);
  expect(standardNormalUpperTail(-1.959964)).toBeCloseTo(0.975, 7);
  expect(standardNormalUpperTail(6) / 9.865876e-10).toBeCloseTo(1, 5);
});

test("the median of an even sample lies between its middle values", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});
