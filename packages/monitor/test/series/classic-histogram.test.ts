import { countAbove, histogramQuantile } from "@streamgate/telemetry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClassicHistogram,
  fromClassic,
  subtractClassic,
} from "../../src/series/classic-histogram.ts";

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];

function classicOf(values: readonly number[]): ClassicHistogram {
  return {
    bounds: BOUNDS,
    cumulative: BOUNDS.map((bound) => values.filter((value) => value <= bound).length),
    sum: values.reduce((sum, value) => sum + value, 0),
  };
}

const durations = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 200 });

describe("a classic histogram in our buckets", () => {
  test("loses no value, and keeps counts above each of its bounds", () => {
    fc.assert(
      fc.property(durations, (values) => {
        const data = fromClassic(classicOf(values));
        expect(data.count).toBe(values.length);
        expect(data.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        for (const bound of BOUNDS.slice(0, -1)) {
          const above = values.filter((value) => value > bound).length;
          expect(countAbove(data, bound)).toBeCloseTo(above, 9);
        }
      }),
    );
  });

  test("a quantile lies in the classic bucket in which it lay", () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        fc.pre(values.length > 0);
        const sorted = [...values].sort((left, right) => left - right);
        const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
        fc.pre(value <= 10);
        const at = BOUNDS.findIndex((bound) => value <= bound);
        const found = histogramQuantile(fromClassic(classicOf(values)), share);
        expect(found).toBeLessThanOrEqual(BOUNDS[at] ?? 0);
        expect(found).toBeGreaterThanOrEqual((BOUNDS[at - 1] ?? 0) * (1 - 1 / 32));
      }),
    );
  });

  test("what was recorded between two readings is their difference", () => {
    fc.assert(
      fc.property(durations, durations, (before, since) => {
        const earlier = classicOf(before);
        const later = classicOf([...before, ...since]);
        expect(subtractClassic(later, earlier).cumulative).toEqual(classicOf(since).cumulative);
      }),
    );
  });

  test("after a restart, or with other bounds, all of the later one is new", () => {
    const many = classicOf([0.1, 0.1, 0.1]);
    const few = classicOf([0.1]);
    expect(subtractClassic(few, many)).toBe(few);
    const others = { bounds: [1, Number.POSITIVE_INFINITY], cumulative: [9, 9], sum: 3 };
    expect(subtractClassic(others, many)).toBe(others);
  });
});
