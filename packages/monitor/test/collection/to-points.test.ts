import { EMPTY_HISTOGRAM, histogramOf } from "@streamgate/telemetry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CumulativeSeries, Reading, Snapshot } from "../../src/collection/reading.ts";
import { takeSnapshot } from "../../src/collection/snapshot.ts";
import { toPoints } from "../../src/collection/to-points.ts";

const INTERVAL = { atMs: 1_780_000_000_000, spanMs: 1_000 };
const LIMIT = 100;

const counter = (value: number, labels = {}): CumulativeSeries => ({
  name: "requests",
  labels,
  value: { kind: "counter", value },
});
const gauge = (value: number): CumulativeSeries => ({
  name: "heap",
  labels: {},
  value: { kind: "gauge", value },
});
const histogram = (values: readonly number[]): CumulativeSeries => ({
  name: "seconds",
  labels: {},
  value: { kind: "histogram", histogram: histogramOf(values) },
});

function reading(series: readonly CumulativeSeries[], overrides: Partial<Reading> = {}): Reading {
  return {
    service: "media",
    instance: "1",
    startedAtMs: 1_000,
    takenAtMs: 10_000,
    series,
    ...overrides,
  };
}

/** The increases of what the last of several readings says beyond the one before it. */
function increases(...readings: readonly Reading[]): readonly number[] {
  let previous: Snapshot | undefined;
  let points: ReturnType<typeof toPoints> = [];
  for (const each of readings) {
    const current = takeSnapshot(each, previous, LIMIT);
    points = toPoints(previous, current, INTERVAL);
    previous = current;
  }
  return points.flatMap(({ point }) => (point.kind === "counter" ? [point.increase] : []));
}

describe("points of an interval", () => {
  test("a first reading gives gauges alone: nobody knows how much of a total is new", () => {
    const current = takeSnapshot(reading([counter(9), gauge(5), histogram([1])]), undefined, LIMIT);
    const points = toPoints(undefined, current, INTERVAL);
    expect(points.map(({ key, point }) => [key, point.kind])).toEqual([
      [{ name: "heap", labels: { service: "media", instance: "1" } }, "gauge"],
    ]);
  });

  test("a counter gives its increase, whole or in fractions", () => {
    expect(increases(reading([counter(9)]), reading([counter(12.5)]))).toEqual([3.5]);
  });

  test("a counter that fell began anew; by a rounding error it stands still", () => {
    expect(increases(reading([counter(9)]), reading([counter(4)]))).toEqual([4]);
    expect(increases(reading([counter(0.1 + 0.2)]), reading([counter(0.3)]))).toEqual([0]);
  });

  test("a series that appears in a process that is watched already began from nothing", () => {
    expect(increases(reading([]), reading([counter(500)]))).toEqual([500]);
  });

  test("a series that vanishes says nothing, and goes on from where it was when it returns", () => {
    expect(increases(reading([counter(9)]), reading([]))).toEqual([]);
    expect(increases(reading([counter(9)]), reading([]), reading([counter(11)]))).toEqual([2]);
  });

  test("of a process that began after the last reading all is new", () => {
    const restarted = { startedAtMs: 10_500, takenAtMs: 11_000 };
    expect(increases(reading([counter(900)]), reading([counter(7)], restarted))).toEqual([7]);
    expect(
      increases(reading([counter(900)]), reading([counter(7)], { ...restarted, instance: "2" })),
    ).toEqual([7]);
    expect(increases(reading([counter(900)]), reading([counter(2_000)], restarted))).toEqual([
      2_000,
    ]);
  });

  test("another process that ran all the while is only new to us", () => {
    const other = { instance: "2", startedAtMs: 500, takenAtMs: 11_000 };
    expect(increases(reading([counter(9)]), reading([counter(5_000)], other))).toEqual([]);
  });

  test("a histogram gives what was recorded in between, also when nothing was", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 10, noNaN: true })),
        fc.array(fc.double({ min: 0, max: 10, noNaN: true })),
        (before, since) => {
          const first = takeSnapshot(reading([histogram(before)]), undefined, LIMIT);
          const second = takeSnapshot(reading([histogram([...before, ...since])]), first, LIMIT);
          const [point] = toPoints(first, second, INTERVAL);
          const data = point?.point.kind === "histogram" ? point.point.data : EMPTY_HISTOGRAM;
          const expected = histogramOf(since);
          expect([data.count, data.indices, data.counts]).toEqual([
            expected.count,
            expected.indices,
            expected.counts,
          ]);
        },
      ),
    );
  });

  test("what is not a number is no point", () => {
    expect(increases(reading([counter(1)]), reading([counter(Number.NaN)]))).toEqual([]);
    const current = takeSnapshot(reading([gauge(Number.NaN)]), undefined, LIMIT);
    expect(toPoints(undefined, current, INTERVAL)).toEqual([]);
  });
});

describe("a snapshot", () => {
  test("labels of the monitor are its own to give: a process's are kept beside them", () => {
    const lying = counter(1, { service: "payments", instance: "9", route: "/" });
    const { series } = takeSnapshot(reading([lying]), undefined, LIMIT);
    expect([...series.values()][0]?.key.labels).toEqual({
      exported_service: "payments",
      exported_instance: "9",
      route: "/",
      service: "media",
      instance: "1",
    });
  });

  test("past the limit new series are refused, and those known before go on", () => {
    const many = (from: number): CumulativeSeries[] =>
      Array.from({ length: LIMIT }, (_, at) => counter(1, { route: String(from + at) }));
    const first = takeSnapshot(reading(many(0)), undefined, LIMIT);
    expect(first.refused).toBe(0);
    const second = takeSnapshot(reading([...many(1_000), ...many(0)]), first, LIMIT);
    expect(second.refused).toBe(LIMIT);
    expect([...second.series.keys()].sort()).toEqual([...first.series.keys()].sort());
  });

  test("the key of a series is the same object in each snapshot", () => {
    const first = takeSnapshot(reading([counter(1)]), undefined, LIMIT);
    const second = takeSnapshot(reading([counter(2)]), first, LIMIT);
    expect([...second.series.values()][0]?.key).toBe([...first.series.values()][0]?.key);
  });
});
