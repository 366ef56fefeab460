import { FINEST_SCALE, histogramOf, toExponentialHistogram } from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

const value = fc.oneof(
  fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  fc.integer({ min: -40, max: 40 }).map((exponent) => 2 ** exponent),
);

test("up to scale 0 every value is counted where OpenTelemetry would count it", () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      fc.integer({ min: -10, max: 0 }),
      (values, scale) => {
        const { offset, counts } = toExponentialHistogram(histogramOf(values), scale);
        const octaves = 2 ** -scale;
        for (const [place, count] of counts.entries()) {
          const low = 2 ** ((offset + place) * octaves);
          const high = 2 ** ((offset + place + 1) * octaves);
          const exact = values.filter((each) => each > low && each <= high).length;
          expect(count).toBe(exact);
        }
      },
    ),
  );
});

test("above scale 0 a value is found within the error that is promised", () => {
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: FINEST_SCALE }), (single, scale) => {
      const { offset, counts } = toExponentialHistogram(histogramOf([single]), scale);
      expect(counts).toEqual([1]);
      const found = 2 ** ((offset + 0.5) * 2 ** -scale);
      const most = (1 + 1 / 64) * 2 ** (2 ** -(scale + 1)) - 1;
      expect(Math.abs(found / single - 1)).toBeLessThanOrEqual(most * (1 + 1e-9));
    }),
  );
});

test("no value is lost, and there are at most 160 buckets at the scale that it chooses", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, noNaN: true, noDefaultInfinity: true })),
      (values) => {
        const data = histogramOf(values);
        const { count, zeroCount, counts } = toExponentialHistogram(data);
        expect(counts.length).toBeLessThanOrEqual(160);
        expect(zeroCount + counts.reduce((sum, each) => sum + each, 0)).toBe(count);
        expect(count).toBe(data.count);
      },
    ),
  );
});

test("nothing recorded gives no buckets, and a scale beyond the finest gives the finest", () => {
  expect(toExponentialHistogram(histogramOf([]))).toMatchObject({ count: 0, counts: [] });
  expect(toExponentialHistogram(histogramOf([1]), 20).scale).toBe(FINEST_SCALE);
  expect(toExponentialHistogram(histogramOf([0, -1, 1]))).toMatchObject({
    zeroCount: 2,
    counts: [1],
  });
});
