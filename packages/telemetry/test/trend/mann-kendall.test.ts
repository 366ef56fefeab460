import { seededRandom } from "@streamgate/core";
import { mannKendall } from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 4,
  maxLength: 40,
});

describe("the test of Mann and Kendall", () => {
  test("gives by hand what Kendall's formulas give", () => {
    const { score, tau, z, risingPValue } = mannKendall([1, 2, 3, 4], {
      correctsAutocorrelation: false,
    });
    expect(score).toBe(6);
    expect(tau).toBe(1);
    // Var S = 4·3·13 / 18, one off for continuity.
    expect(z).toBeCloseTo(5 / Math.sqrt((4 * 3 * 13) / 18), 12);
    expect(risingPValue).toBeCloseTo(0.0447, 3);
  });

  test("corrects for ties", () => {
    // Two groups of two: Var S = (5·4·15 − 2·(2·1·9)) / 18.
    const { score, z } = mannKendall([1, 1, 2, 3, 3], { correctsAutocorrelation: false });
    expect(score).toBe(8);
    expect(z).toBeCloseTo(7 / Math.sqrt((300 - 36) / 18), 12);
  });

  test("knows no trend in too few or equal values", () => {
    expect(mannKendall([1, 2, 3]).risingPValue).toBe(1);
    expect(mannKendall([5, 5, 5, 5, 5, 5]).risingPValue).toBe(1);
    expect(mannKendall([]).risingPValue).toBe(1);
  });

  test("a series turned round has the opposite score", () => {
    fc.assert(
      fc.property(series, (values) => {
        const forward = mannKendall(values, { correctsAutocorrelation: false });
        const backward = mannKendall(values.toReversed(), { correctsAutocorrelation: false });
        expect(backward.score).toBe(-forward.score + 0);
      }),
    );
  });

  test("only the order of the values counts, not their size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 4, maxLength: 40 }),
        (values) => {
          const grown = values.map((value) => value ** 3);
          expect(mannKendall(grown, { correctsAutocorrelation: false })).toEqual(
            mannKendall(values, { correctsAutocorrelation: false }),
          );
        },
      ),
    );
  });

  test("the correction never makes a trend more certain", () => {
    fc.assert(
      fc.property(series, (values) => {
        const corrected = mannKendall(values);
        expect(corrected.varianceInflation).toBeGreaterThanOrEqual(1);
        const plain = mannKendall(values, { correctsAutocorrelation: false });
        expect(Math.abs(corrected.z)).toBeLessThanOrEqual(Math.abs(plain.z) + 1e-12);
      }),
    );
  });

  test("noise without memory alarms at about its significance, noise with memory far less often than without the correction", () => {
    expect(alarmShare(0, true)).toBeLessThan(0.07);
    const plain = alarmShare(0.7, false);
    const corrected = alarmShare(0.7, true);
    expect(plain).toBeGreaterThan(0.15);
    expect(corrected).toBeLessThan(0.6 * plain);
  });

  test("a rise in noise with memory is still found", () => {
    const random = seededRandom(5);
    const values = withMemory(() => random.next(), 60, 0.4).map(
      (value, index) => value + index * 0.15,
    );
    expect(mannKendall(values).risingPValue).toBeLessThan(0.001);
  });
});

function alarmShare(memory: number, correctsAutocorrelation: boolean): number {
  const random = seededRandom(17);
  const SERIES = 500;
  let alarms = 0;
  for (let index = 0; index < SERIES; index += 1) {
    const values = withMemory(() => random.next(), 50, memory);
    if (mannKendall(values, { correctsAutocorrelation }).risingPValue < 0.05) alarms += 1;
  }
  return alarms / SERIES;
}

/** Each value keeps a share of the one before. */
function withMemory(next: () => number, count: number, memory: number): number[] {
  let value = 0;
  return Array.from({ length: count }, () => {
    value = memory * value + (next() + next() + next() + next() - 2) * 1.7;
    return value;
  });
}
