import { histogramOf } from "@streamgate/telemetry";
import fc from "fast-check";
import type { CounterPoint, GaugePoint, HistogramPoint, Point } from "../../src/series/point.ts";

const atMs = fc.integer({ min: 1, max: 8_640_000 }).map((offset) => 1_780_000_000_000 + offset);
const spanMs = fc.oneof(
  fc.constant(1_000),
  fc.integer({ min: 0, max: 100_000 }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
);
const amount = fc.oneof(
  fc.nat(1_000_000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

const counter: fc.Arbitrary<CounterPoint> = fc.record({
  kind: fc.constant("counter"),
  atMs,
  spanMs,
  increase: amount,
});

const readOnce: fc.Arbitrary<GaugePoint> = fc
  .record({ atMs, spanMs, last: amount })
  .map(({ last, ...timing }) => ({
    kind: "gauge",
    ...timing,
    min: last,
    max: last,
    sum: last,
    count: 1,
    last,
  }));

const merged: fc.Arbitrary<GaugePoint> = fc.record({
  kind: fc.constant("gauge"),
  atMs,
  spanMs,
  min: fc.double(),
  max: fc.double(),
  sum: fc.double(),
  count: fc.nat(),
  last: fc.double(),
});

/** Values as a process records them, a few of them beyond all bounds. */
export const recorded: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.double({ noNaN: true })),
  { maxLength: 20 },
);

const histogram: fc.Arbitrary<HistogramPoint> = fc
  .record({ atMs, spanMs, values: recorded })
  .map(({ values, ...timing }) => ({ kind: "histogram", ...timing, data: histogramOf(values) }));

/** Points of one kind, at most one at an instant, ascending. */
export const pointsOfOneKind: fc.Arbitrary<Point[]> = fc
  .oneof(
    fc.uniqueArray<Point, number>(counter, { selector: (point) => point.atMs, maxLength: 60 }),
    fc.uniqueArray<Point, number>(readOnce, { selector: (point) => point.atMs, maxLength: 60 }),
    fc.uniqueArray<Point, number>(merged, { selector: (point) => point.atMs, maxLength: 60 }),
    fc.uniqueArray<Point, number>(histogram, { selector: (point) => point.atMs, maxLength: 60 }),
  )
  .map((points) => points.sort((left, right) => left.atMs - right.atMs));
