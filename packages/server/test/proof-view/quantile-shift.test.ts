import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DECILES, harrellDavis, quantileShift } from "../../src/proof-view/quantile-shift.ts";

const TIMES = fc.array(fc.double({ min: 0.001, max: 1e4, noNaN: true }), {
  minLength: 5,
  maxLength: 40,
});

describe("the quantiles of Harrell and Davis", () => {
  test("agree with SciPy's hdquantiles", () => {
    const data = [1.2, 2.5, 3.7, 4.0, 5.1, 6.3, 7.0, 8.2, 9.4];
    const scipy = [3.1505820231763066, 5.194344084883956, 7.430626414674935];
    for (const [index, quantile] of [0.25, 0.5, 0.75].entries())
      expect(harrellDavis(data, quantile)).toBeCloseTo(scipy[index] ?? 0, 3);
  });

  test("lie within the sample, and do not fall from one decile to the next", () => {
    fc.assert(
      fc.property(TIMES, (times) => {
        const deciles = DECILES.map((at) => harrellDavis(times, at));
        const slack = 1e-6 * Math.max(...times);
        expect(Math.min(...deciles)).toBeGreaterThanOrEqual(Math.min(...times) - slack);
        expect(Math.max(...deciles)).toBeLessThanOrEqual(Math.max(...times) + slack);
        for (const [index, value] of deciles.entries())
          expect(value).toBeGreaterThanOrEqual((deciles[index - 1] ?? 0) - slack);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the quantile shift", () => {
  test("of a sample moved by a constant is that constant at every decile", () => {
    fc.assert(
      fc.property(TIMES, fc.double({ min: 0, max: 100, noNaN: true }), (before, by) => {
        const after = before.map((ms) => ms + by);
        for (const { difference } of quantileShift(before, after, seededRandom(1))) {
          expect(difference.point).toBeCloseTo(by, 4);
          expect(difference.low).toBeLessThanOrEqual(difference.point);
          expect(difference.high).toBeGreaterThanOrEqual(difference.point);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("is the same for the same seed", () => {
    const [before, after] = [
      [5, 6, 7, 8, 20],
      [1, 2, 2, 3, 9],
    ];
    expect(quantileShift(before, after, seededRandom(7))).toEqual(
      quantileShift(before, after, seededRandom(7)),
    );
  });

  test("says nothing of a side without calls", () => {
    expect(quantileShift([], [1, 2], seededRandom(1))).toEqual([]);
  });

  test("leaves zero out of the intervals where every call got faster", () => {
    const before = sample(3, 60);
    const after = before.map((ms) => ms / 4);
    const shift = quantileShift(before, after, seededRandom(1));
    expect(shift.every(({ difference }) => difference.high < 0)).toBe(true);
  });

  test("has intervals that hold the truth about 95 times of 100", () => {
    const runs = 60;
    let holds = 0;
    for (let run = 0; run < runs; run += 1) {
      const shift = quantileShift(sample(run, 40), sample(run + 1_000, 40), seededRandom(run));
      holds += shift.filter(({ difference: { low, high } }) => low <= 0 && high >= 0).length;
    }
    const share = holds / (runs * DECILES.length);
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(0.99);
  });
});

/** Times with a long tail. */
function sample(seed: number, count: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 10 - Math.log(1 - random.next()));
}
