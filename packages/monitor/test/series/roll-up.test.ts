import { histogramOf } from "@streamgate/telemetry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HistogramPoint, Point } from "../../src/series/point.ts";
import { rollUp, sortedByTime, stepEnd, windowStart } from "../../src/series/roll-up.ts";
import { recorded } from "./arbitrary-points.ts";

const START_MS = 1_779_999_600_000;

function increases(values: readonly number[]): Point[] {
  return values.map((increase, at) => ({
    kind: "counter",
    atMs: START_MS + (at + 1) * 1_000,
    spanMs: 1_000,
    increase,
  }));
}

describe("rolling up", () => {
  test("a step owns its end and not its start, and so does a window", () => {
    expect(stepEnd(10_000, 10_000)).toBe(10_000);
    expect(stepEnd(10_001, 10_000)).toBe(20_000);
    expect(windowStart(300_000, 300_000)).toBe(0);
    expect(windowStart(300_001, 300_000)).toBe(300_000);
  });

  test("increases add up, whatever the step and in however many stages", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 700 }), (values) => {
        const points = increases(values);
        const inStages = rollUp(rollUp(points, 10_000), 300_000);
        expect(inStages).toEqual(rollUp(points, 300_000));
        const total = inStages.reduce(
          (sum, point) => sum + (point.kind === "counter" ? point.increase : 0),
          0,
        );
        expect(total).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
    );
  });

  test("a histogram rolled up is that of all values: no quantile is ever averaged", () => {
    fc.assert(
      fc.property(fc.array(recorded, { minLength: 1, maxLength: 10 }), (seconds) => {
        const points: HistogramPoint[] = seconds.map((values, at) => ({
          kind: "histogram",
          atMs: START_MS + (at + 1) * 1_000,
          spanMs: 1_000,
          data: histogramOf(values),
        }));
        const [rolled] = rollUp(points, 10_000);
        const expected = histogramOf(seconds.flat());
        expect(rolled?.kind === "histogram" ? { ...rolled.data, sum: 0 } : undefined).toEqual({
          ...expected,
          sum: 0,
        });
      }),
    );
  });

  test("a gauge keeps its extremes, its count and its last value", () => {
    const points: Point[] = [5, -2, 9, 4].map((last, at) => ({
      kind: "gauge",
      atMs: START_MS + (at + 1) * 1_000,
      spanMs: 1_000,
      min: last,
      max: last,
      sum: last,
      count: 1,
      last,
    }));
    expect(rollUp(points, 10_000)).toEqual([
      {
        kind: "gauge",
        atMs: START_MS + 10_000,
        spanMs: 4_000,
        min: -2,
        max: 9,
        sum: 16,
        count: 4,
        last: 4,
      },
    ]);
  });

  test("a gap stays a gap", () => {
    const points = increases([1, 1, 1]);
    const later = increases([1]).map((point) => ({ ...point, atMs: point.atMs + 60_000 }));
    expect(rollUp([...points, ...later], 10_000)).toHaveLength(2);
  });

  test("of two points at one instant the first one given stays", () => {
    const [point] = increases([1]);
    const [other] = increases([2]);
    if (point === undefined || other === undefined) throw new Error("two points");
    expect(sortedByTime([point, other])).toEqual([point]);
  });
});
