import {
  createRegistry,
  type HistogramSeries,
  histogramOf,
  histogramQuantile,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

function newSeries(): HistogramSeries {
  return createRegistry().histogram({ name: "size_bytes", help: "A size.", unit: "bytes" }).with();
}

test("a series holds what was recorded, whatever it was", () => {
  const anything = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -3, max: 5000 }),
    fc.integer({ min: -1022, max: 1023 }).map((exponent) => 2 ** exponent),
  );
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 500 }), (recorded) => {
      const series = newSeries();
      for (const value of recorded) series.record(value);
      expect(series.read()).toEqual(histogramOf(recorded));
    }),
  );
});

test("a series may use every bucket there is", () => {
  const series = newSeries();
  let recorded = 0;
  for (let exponent = -1021; exponent < 1023; exponent += 1)
    for (let part = 1; part <= 32; part += 1) {
      series.record(2 ** exponent * (1 + part / 32));
      recorded += 1;
    }
  const { count, indices, counts } = series.read();
  expect(count).toBe(recorded);
  expect(indices).toHaveLength(recorded);
  expect(new Set(counts)).toEqual(new Set([1]));
});

test("counts go on where a slot's sixteen bits end", () => {
  const series = newSeries();
  for (let times = 0; times < 200_000; times += 1) series.record(1);
  for (let times = 0; times < 65_536; times += 1) series.record(2);
  series.record(3);
  expect(series.read()).toMatchObject({ count: 265_537, counts: [200_000, 65_536, 1] });
});

test("recording a value many times at once is recording it as often", () => {
  const times = fc.integer({ min: 1, max: 2 ** 45 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), times)), (pairs) => {
      const series = newSeries();
      const expected = new Map<number, number>();
      for (const [value, many] of pairs) {
        series.recordMany(value, many);
        expected.set(value, (expected.get(value) ?? 0) + many);
      }
      const sorted = [...expected].toSorted(([left], [right]) => left - right);
      expect(series.read().counts).toEqual(sorted.map(([, many]) => many));
    }),
  );
});

test("what is not finite, and what was recorded no times, is left out", () => {
  const series = newSeries();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    series.record(value);
  series.recordMany(Number.NaN, 3);
  for (const times of [0, -1, 1.5, Number.NaN, 2 ** 60]) series.recordMany(1, times);
  expect(series.read()).toEqual(histogramOf([]));
});

test("the extremes and the sum are exact, the quantiles to 1/64", () => {
  const series = newSeries();
  for (let value = 1; value <= 1000; value += 1) series.record(value);
  const data = series.read();
  expect(data).toMatchObject({ count: 1000, sum: 500_500, min: 1, max: 1000 });
  expect(Math.abs(histogramQuantile(data, 0.99) - 990)).toBeLessThanOrEqual(990 / 64);
});

test("a reading is a copy", () => {
  const series = newSeries();
  series.record(1);
  const before = series.read();
  series.record(2);
  expect(before.count).toBe(1);
});
