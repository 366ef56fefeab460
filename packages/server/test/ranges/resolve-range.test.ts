import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiRefusal } from "../../src/api/refusal.ts";
import { resolveRange } from "../../src/ranges/resolve-range.ts";
import { alignRange, stepOf, stepsIn } from "../../src/ranges/steps.ts";
import { rangeView } from "../../src/ranges/time-range.ts";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const context = { nowMs: NOW, deploys: [], changes: [] };

describe("the words of a range", () => {
  it("are the last hour where nothing is said", () => {
    expect(resolveRange({}, context)).toEqual({ fromMs: NOW - HOUR, toMs: NOW, compared: null });
  });

  it.each([
    ["-90s", NOW - 90_000],
    ["-15m", NOW - 15 * MINUTE],
    ["-6h", NOW - 6 * HOUR],
    ["-30d", NOW - 720 * HOUR],
    ["-1w", NOW - 168 * HOUR],
    [String(NOW - 5_000), NOW - 5_000],
    ["2026-03-01T10:00:00Z", NOW - 2 * HOUR],
    ["2026-03-01T11:00:00+01:00", NOW - 2 * HOUR],
    ["2026-03-01", NOW - 12 * HOUR],
  ])("say an instant: %s", (from, fromMs) => {
    expect(resolveRange({ from }, context).fromMs).toBe(fromMs);
  });

  it.each([
    { from: "yesterday" },
    { from: "" },
    { from: "-15x" },
    { from: "2026-02-31T25:00:00Z" },
    { from: "2026-03-01T10:00:00" },
    { from: "-9999999w" },
    { from: "now" },
    { from: "-1h", to: "-2h" },
    { from: "-401d" },
    { from: String(NOW + HOUR), to: String(NOW + 2 * HOUR) },
    { compare: "never" },
    { compare: String(NOW + HOUR) },
    { from: "1e9" },
    { from: "0x10" },
  ])("are refused where they are nonsense: %j", (query) => {
    expect(() => resolveRange(query, context)).toThrow(ApiRefusal);
  });

  it("are refused or understood, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        (from, to, compare) => {
          try {
            const range = resolveRange(
              { from, to, ...(compare === undefined ? {} : { compare }) },
              context,
            );
            expect(range.toMs).toBeGreaterThan(range.fromMs);
            rangeView(range);
          } catch (error) {
            expect(error).toBeInstanceOf(ApiRefusal);
          }
        },
      ),
    );
  });
});

describe("what a range is compared with", () => {
  const deploys = [
    { atMs: NOW - 5 * HOUR, summary: "1.0" },
    { atMs: NOW - 2 * HOUR, summary: "1.1" },
  ];
  const known = {
    nowMs: NOW,
    deploys,
    changes: [...deploys, { atMs: NOW - HOUR, summary: "more memory" }],
  };

  it.each([
    ["previous", NOW - HOUR, "the time before"],
    ["deploy", NOW - 2 * HOUR, "before 1.1"],
    ["change", NOW - HOUR, "before more memory"],
    ["-3h", NOW - 3 * HOUR, "before 2026-03-01T09:00:00.000Z"],
  ])("%s: is as long and ends there", (compare, toMs, why) => {
    const { compared } = resolveRange({ compare }, known);
    expect(compared).toEqual({ fromMs: toMs - HOUR, toMs, why });
  });

  it("is nothing where no deploy is known", () => {
    expect(resolveRange({ compare: "deploy" }, context).compared).toBeNull();
  });

  it("is the latest deploy before the end of the range, not after it", () => {
    const { compared } = resolveRange({ from: "-6h", to: "-4h", compare: "deploy" }, known);
    expect(compared?.toMs).toBe(NOW - 5 * HOUR);
  });
});

describe("steps", () => {
  const ranges = fc
    .record({
      toMs: fc.integer({ min: NOW - 1e10, max: NOW }),
      lengthMs: fc.integer({ min: 1_000, max: 400 * 24 * HOUR }),
    })
    .map(({ toMs, lengthMs }) => ({ fromMs: toMs - lengthMs, toMs, compared: null }));

  it("are 60 to 240 in a range from a minute to a year", () => {
    fc.assert(
      fc.property(ranges, (range) => {
        const steps = stepsIn(range.toMs - range.fromMs, stepOf(range));
        expect(steps).toBeLessThanOrEqual(150);
        if (range.toMs - range.fromMs >= MINUTE) expect(steps).toBeGreaterThanOrEqual(57);
      }),
    );
  });

  it("hold the range, and its ends are multiples of them", () => {
    fc.assert(
      fc.property(ranges, (range) => {
        const { fromMs, toMs, stepMs } = alignRange(range);
        expect(fromMs % stepMs).toBe(0);
        expect(toMs % stepMs).toBe(0);
        expect(toMs).toBeGreaterThanOrEqual(range.toMs);
        expect(toMs - range.toMs).toBeLessThan(stepMs);
        expect(Math.abs(range.fromMs - fromMs)).toBeLessThan(stepMs);
      }),
    );
  });

  it("give the same range for the same question a moment later", () => {
    const at = (nowMs: number) =>
      alignRange(resolveRange({ compare: "previous" }, { ...context, nowMs }));
    expect(at(NOW + 1)).toEqual(at(NOW + 29_999));
    expect(at(NOW + 1)).not.toEqual(at(NOW + 30_001));
  });

  it("keep the compared range as long as the range, and before the deploy", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 0, max: 1e9 }), (range, agoMs) => {
        const deployMs = range.toMs - agoMs;
        const compared = {
          fromMs: deployMs - (range.toMs - range.fromMs),
          toMs: deployMs,
          why: "",
        };
        const aligned = alignRange({ ...range, compared });
        if (aligned.compared === null) throw new Error("there is one");
        expect(aligned.compared.toMs - aligned.compared.fromMs).toBe(aligned.toMs - aligned.fromMs);
        if (deployMs !== range.fromMs) expect(aligned.compared.toMs).toBeLessThanOrEqual(deployMs);
        expect((aligned.fromMs - aligned.compared.fromMs) % aligned.stepMs).toBe(0);
      }),
    );
  });
});
