import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketOf, distributionOf, HISTOGRAM_BUCKETS } from "../../src/analytics/log-histogram.ts";

test("every quantile is within five percent of the true one", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (given) => {
      const buckets = new Float64Array(HISTOGRAM_BUCKETS);
      for (const value of given) {
        const bucket = bucketOf(value);
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      const sorted = given.toSorted((one, other) => one - other);
      const told = distributionOf(buckets, 0);
      for (const [name, share] of [
        ["p50", 0.5],
        ["p90", 0.9],
        ["p99", 0.99],
      ] as const) {
        const real = sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
        expect(Math.abs(told[name] / real - 1)).toBeLessThan(0.05);
      }
      expect(told.max).toBeGreaterThanOrEqual((sorted.at(-1) ?? 0) * 0.999);
      expect(told.count).toBe(given.length);
    }),
  );
});

test("what lies outside goes to the first and the last bucket", () => {
  expect([-1, 0, Number.NaN, 1e-9].map(bucketOf)).toEqual([0, 0, 0, 0]);
  expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(HISTOGRAM_BUCKETS - 1);
  expect(distributionOf(new Float64Array(HISTOGRAM_BUCKETS), 0).p99).toBe(0);
});
