import type { SeriesPoint } from "@streamgate/monitor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counter, gauge, histogram, play, START_MS } from "./play.ts";

/** What a measure reads, seen through the value of an alert that always fires. */
function measured(
  measure: Readonly<Record<string, unknown>>,
  seconds: readonly (readonly SeriesPoint[])[],
  idleSeconds = 0,
): number | undefined {
  const rule = { name: "any", kind: "threshold", measure, when: "above", threshold: -1e9, by: [] };
  const { pass, evaluator } = play([rule]);
  let index = 0;
  pass(seconds.length, () => seconds[index++] ?? []);
  pass(idleSeconds);
  return evaluator.active()[0]?.value;
}

const at = (second: number): number => START_MS + second * 1000;

describe("gauge", () => {
  const two = [1, 2, 3].map((second) => [
    gauge("heat", second * 10, at(second), { service: "api", instance: "a" }),
    gauge("heat", 100, at(second), { service: "api", instance: "b" }),
  ]);

  test.each([
    ["avg", "avg", 60],
    ["avg", "sum", 120],
    ["last", "max", 100],
    ["last", "min", 30],
    ["last", "sum", 130],
    ["min", "min", 10],
    ["max", "min", 30],
  ])("%s over time and %s across series", (statistic, across, expected) => {
    const measure = { kind: "gauge", of: { name: "heat" }, statistic, across, windowMs: 10_000 };
    expect(measured(measure, two)).toBeCloseTo(expected);
  });

  test("a series that fell silent no longer counts once its window is over", () => {
    const measure = {
      kind: "gauge",
      of: { name: "heat" },
      statistic: "last",
      across: "max",
      windowMs: 5000,
    };
    const seconds = [
      [gauge("heat", 100, at(1), { service: "api", instance: "gone" })],
      ...[2, 3, 4, 5, 6, 7, 8].map((second) => [
        gauge("heat", 1, at(second), { service: "api", instance: "here" }),
      ]),
    ];
    expect(measured(measure, seconds)).toBe(1);
  });
});

test("a rate is events a second, of counters and of histograms", () => {
  const seconds = Array.from({ length: 20 }, (_, index) => [counter("jobs", 5, at(index + 1))]);
  const rate = measured({ kind: "rate", of: { name: "jobs" }, windowMs: 10_000 }, seconds);
  expect(rate).toBeCloseTo(5, 0);
  const recorded = Array.from({ length: 20 }, (_, index) => [
    histogram("took_seconds", [0.1, 0.2, 0.3], at(index + 1)),
  ]);
  const of = { name: "took_seconds" };
  expect(measured({ kind: "rate", of, windowMs: 10_000 }, recorded)).toBeCloseTo(3, 0);
});

describe("share", () => {
  test("of the events of some series", () => {
    const outcomes = (outcome: string, count: number, second: number) =>
      counter("looked_up", count, at(second), { service: "api", outcome });
    const seconds = [1, 2, 3].map((second) => [
      outcomes("hit", 60, second),
      outcomes("stale", 10, second),
      outcomes("miss", 30, second),
    ]);
    const part = { where: [{ label: "outcome", matches: "hit|stale" }] };
    const measure = { kind: "share", of: { name: "looked_up" }, part, windowMs: 60_000 };
    expect(measured(measure, seconds)).toBeCloseTo(0.7);
  });

  test("above a bound in a histogram", () => {
    const seconds = [1, 2].map((second) => [
      histogram("took_seconds", [0.1, 0.2, 0.6, 0.9], at(second)),
    ]);
    const measure = {
      kind: "share",
      of: { name: "took_seconds" },
      part: { above: 0.5 },
      windowMs: 60_000,
    };
    expect(measured(measure, seconds)).toBeCloseTo(0.5);
  });

  test("is not known with too few events", () => {
    const measure = {
      kind: "share",
      of: { name: "took_seconds" },
      part: { above: 0.5 },
      windowMs: 60_000,
      leastEvents: 5,
    };
    const few = [[histogram("took_seconds", [0.9, 0.9], at(1))]];
    expect(measured(measure, few)).toBeUndefined();
  });
});

test("a ratio divides gauges by their means, whatever the number of readings", () => {
  const seconds = [1, 2, 3].map((second) => [
    gauge("used", 3, at(second), { service: "api", state: "used" }),
    gauge("max", 4, at(second)),
  ]);
  const measure = { kind: "ratio", of: { name: "used" }, to: { name: "max" }, windowMs: 30_000 };
  expect(measured(measure, seconds)).toBeCloseTo(0.75);
});

test("a quantile is right to 1/64 over all series of the group and the whole window", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.double({ min: 1e-4, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 }),
        { minLength: 1, maxLength: 20 },
      ),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (batches, share) => {
        const seconds = batches.map((batch, index) => [
          histogram("took_seconds", batch, at(index + 1), { service: `s${index % 3}` }),
        ]);
        const of = { name: "took_seconds" };
        const read = measured({ kind: "quantile", of, quantile: share, windowMs: 60_000 }, seconds);
        const sorted = batches.flat().sort((left, right) => left - right);
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
        expect(Math.abs((read ?? 0) - exact)).toBeLessThanOrEqual(exact / 64 + 1e-9);
      },
    ),
    { numRuns: 50 },
  );
});

test("a window holds what happened in it and nothing else, whatever comes late or out of order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9)), { maxLength: 80 }),
      fc.integer({ min: 2, max: 40 }),
      (events, windowSeconds) => {
        const measure = { kind: "rate", of: { name: "jobs" }, windowMs: windowSeconds * 1000 };
        const points = events.map(([second, increase]) => counter("jobs", increase, at(second)));
        const read = measured(measure, [[counter("jobs", 0, at(1)), ...points]], 59);
        const held = events
          .filter(([second]) => second > 60 - windowSeconds)
          .reduce((sum, [, increase]) => sum + increase, 0);
        expect(read).toBeCloseTo(held / Math.min(windowSeconds, 59), 6);
      },
    ),
    { numRuns: 100 },
  );
});

test("matchers are those of PromQL: anchored, and an absent label is empty", () => {
  const seconds = [
    [
      gauge("heat", 1, at(1), { service: "api", zone: "eu-1" }),
      gauge("heat", 2, at(1), { service: "api", zone: "eu-12" }),
      gauge("heat", 4, at(1), { service: "api" }),
    ],
  ];
  const sumOf = (where: readonly unknown[]) =>
    measured(
      { kind: "gauge", of: { name: "heat", where }, across: "sum", windowMs: 5000 },
      seconds,
    );
  expect(sumOf([{ label: "zone", matches: "eu-1" }])).toBe(1);
  expect(sumOf([{ label: "zone", matches: "eu-.*" }])).toBe(3);
  expect(sumOf([{ label: "zone", is: "" }])).toBe(4);
  expect(sumOf([{ label: "zone", isNot: "" }])).toBe(3);
  expect(sumOf([{ label: "zone", matchesNot: "eu-1." }])).toBe(5);
});
