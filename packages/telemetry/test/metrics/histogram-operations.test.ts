import {
  countAbove,
  EMPTY_HISTOGRAM,
  type HistogramData,
  histogramOf,
  histogramQuantile,
  mergeHistograms,
  subtractHistograms,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

const value = fc.oneof(
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  fc.integer({ min: 0, max: 1000 }),
);
const values = fc.array(value, { maxLength: 200 });

/** Sums of doubles depend on their order in the last bits. */
function withoutSum(data: HistogramData): HistogramData {
  return { ...data, sum: 0 };
}

test("a quantile differs from that of the sorted values by at most 1/64", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), share, (recorded, wanted) => {
      const sorted = recorded.toSorted((left, right) => left - right);
      const rank = Math.max(1, Math.ceil(wanted * sorted.length * (1 - Number.EPSILON)));
      const exact = sorted[rank - 1] ?? Number.NaN;
      const found = histogramQuantile(histogramOf(recorded), wanted);
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 64);
    }),
  );
});

test("the seventh of a hundred is the seventh, though 0.07 × 100 is a little more than 7", () => {
  const data = histogramOf(Array.from({ length: 100 }, (_, at) => 2 ** at));
  expect(histogramQuantile(data, 0.07)).toBeLessThanOrEqual(2 ** 6);
});

test("the extremes are exact, and there is none of nothing", () => {
  const data = histogramOf([0.3, 5.55, 12.345]);
  expect(histogramQuantile(data, 0)).toBe(0.3);
  expect(histogramQuantile(data, 1)).toBe(12.345);
  expect(histogramQuantile(EMPTY_HISTOGRAM, 0.5)).toBeNaN();
});

test("merging is the same as recording in one, in any order and grouping", () => {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const [left, middle, right] = [histogramOf(a), histogramOf(b), histogramOf(c)];
      const all = histogramOf([...a, ...b, ...c]);
      const grouped = mergeHistograms(mergeHistograms(left, middle), right);
      expect(withoutSum(grouped)).toEqual(withoutSum(all));
      expect(grouped.sum).toBeCloseTo(all.sum, 3);
      expect(withoutSum(mergeHistograms(left, mergeHistograms(middle, right)))).toEqual(
        withoutSum(grouped),
      );
      expect(mergeHistograms(right, left)).toEqual(mergeHistograms(left, right));
      expect(mergeHistograms(left, EMPTY_HISTOGRAM)).toEqual(left);
    }),
  );
});

test("what was recorded between two readings is their difference", () => {
  fc.assert(
    fc.property(values, values, (before, since) => {
      const difference = subtractHistograms(
        histogramOf([...before, ...since]),
        histogramOf(before),
      );
      const exact = histogramOf(since);
      expect(difference?.count).toBe(exact.count);
      expect(difference?.indices).toEqual(exact.indices);
      expect(difference?.counts).toEqual(exact.counts);
      expect(difference?.min).toBeLessThanOrEqual(exact.min);
      expect(difference?.max).toBeGreaterThanOrEqual(exact.max);
    }),
  );
});

test("a reading that does not continue the one before has no difference to it", () => {
  expect(subtractHistograms(histogramOf([1]), histogramOf([1, 2]))).toBeUndefined();
  expect(subtractHistograms(histogramOf([1, 1, 1]), histogramOf([1, 2]))).toBeUndefined();
});

test("values below zero are not lifted to zero by a difference", () => {
  expect(subtractHistograms(histogramOf([-5, -3]), histogramOf([-5]))?.min).toBe(-5);
});

test("what lies above a power of two is counted exactly", () => {
  const power = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);
  fc.assert(
    fc.property(fc.array(fc.oneof(value, power)), power, (recorded, threshold) => {
      const exact = recorded.filter((each) => each > threshold).length;
      expect(countAbove(histogramOf(recorded), threshold)).toBe(exact);
    }),
  );
});

test("a threshold within a bucket counts its part, and one beyond the extremes all or nothing", () => {
  const data = histogramOf([1.01, 1.02, 1.03]);
  expect(countAbove(data, 1.015625)).toBeGreaterThan(1);
  expect(countAbove(data, 1.015625)).toBeLessThan(3);
  expect(countAbove(data, 1)).toBe(3);
  expect(countAbove(data, -1)).toBe(3);
  expect(countAbove(data, 1.03)).toBe(0);
  expect(countAbove(data, Number.POSITIVE_INFINITY)).toBe(0);
  expect(countAbove(EMPTY_HISTOGRAM, 1)).toBe(0);
});
