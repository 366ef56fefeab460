import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantileRatio, quantileShift, type Round } from "../../src/proof/bootstrap.ts";
import { median, quantile } from "../../src/proof/statistics.ts";

describe("quantiles", () => {
  test("are those of R's type 7", () => {
    expect(quantile([1, 2, 3, 4], 0.95)).toBeCloseTo(3.85, 12);
    expect(quantile([15, 20, 35, 40, 50], 0.4)).toBeCloseTo(29, 12);
    expect(quantile([3, 6, 7, 8, 8, 10, 13, 15, 16, 20], 0.25)).toBeCloseTo(7.25, 12);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1])).toBe(2.5);
    expect(quantile([7], 0.95)).toBe(7);
  });

  test("lie between the least and the greatest value and rise with the probability", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (sample, one, other) => {
        const low = quantile(sample, Math.min(one, other));
        const high = quantile(sample, Math.max(one, other));
        expect(low).toBeGreaterThanOrEqual(Math.min(...sample));
        expect(high).toBeLessThanOrEqual(Math.max(...sample) + 1e-9);
        expect(low).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });

  test("of nothing are refused", () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe("the interval of a shift", () => {
  test("is the same for the same seed", () => {
    const rounds = simulate(1, { rounds: 10, calls: 2, shift: 1 });

    const first = quantileShift(rounds, 0.5, seededRandom(3));
    const second = quantileShift(rounds, 0.5, seededRandom(3));

    expect(first).toEqual(second);
    expect(first.confidence).toBe(0.95);
  });

  test("of calls that never vary is a point", () => {
    const rounds = Array.from({ length: 5 }, () => ({ before: [10, 10], after: [2, 2] }));

    expect(quantileShift(rounds, 0.5, seededRandom(1))).toEqual({
      point: 5,
      low: 5,
      high: 5,
      confidence: 0.95,
    });
  });

  test("holds the true ratio of medians in close to 95 of 100 runs", () => {
    expect(coverage({ rounds: 15, calls: 2, shift: 1.1 }, 0.5)).toBeGreaterThan(0.92);
    expect(coverage({ rounds: 15, calls: 2, shift: 1.1 }, 0.5)).toBeLessThan(0.985);
  });

  test("holds it also where calls of a round resemble each other", () => {
    const noisy = { rounds: 15, calls: 3, shift: 1.1, ofRound: 0.3, ofSide: 0.3 };

    expect(coverage(noisy, 0.5)).toBeGreaterThan(0.92);
    expect(coverage(noisy, 0.5)).toBeLessThan(0.985);
  });

  test("holds the true ratio of 95th percentiles nearly as often", () => {
    expect(coverage({ rounds: 30, calls: 3, shift: 1.1 }, 0.95)).toBeGreaterThan(0.91);
  });

  test("turns round with the ratio", () => {
    const rounds = simulate(5, { rounds: 12, calls: 2, shift: 0.7 });
    const turned = rounds.map(({ before, after }) => ({ before: after, after: before }));

    const shift = quantileShift(rounds, 0.5, seededRandom(9));
    const inverse = quantileShift(turned, 0.5, seededRandom(9));

    expect(inverse.point).toBeCloseTo(1 / shift.point, 9);
    expect(inverse.low).toBeCloseTo(1 / shift.high, 1);
    expect(inverse.high).toBeCloseTo(1 / shift.low, 1);
  });

  test("always holds its own point, whatever the calls", () => {
    const calls = fc.array(fc.double({ min: 0.001, max: 1e5, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(calls, calls, fc.integer(), (before, after, seed) => {
        const options = { resamples: 400 };
        const { point, low, high } = quantileRatio(before, after, 0.5, seededRandom(seed), options);
        expect(low).toBeLessThanOrEqual(high);
        expect(point).toBeGreaterThan(0);
        expect(Number.isFinite(high)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("needs calls of both versions", () => {
    const onlyBefore = [{ before: [1], after: [] }];
    expect(() => quantileShift(onlyBefore, 0.5, seededRandom(1))).toThrow(RangeError);
  });
});

interface Simulation {
  readonly rounds: number;
  readonly calls: number;
  /** Logarithm of the true ratio. */
  readonly shift: number;
  /** Spread of what a round does to both versions, and to one of them. */
  readonly ofRound?: number;
  readonly ofSide?: number;
}

/** Log-normal run times. */
function simulate(seed: number, simulation: Simulation): readonly Round[] {
  const { rounds, calls, shift, ofRound = 0, ofSide = 0 } = simulation;
  const random = seededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Array.from({ length: rounds }, () => {
    const common = normal() * ofRound;
    const side = (mean: number): number[] => {
      const own = normal() * ofSide;
      return Array.from({ length: calls }, () => Math.exp(mean + common + own + normal() * 0.5));
    };
    return { before: side(shift), after: side(0) };
  });
}

function coverage(simulation: Simulation, probability: number): number {
  const runs = 500;
  const truth = Math.exp(simulation.shift);
  let held = 0;
  for (let seed = 0; seed < runs; seed += 1) {
    const rounds = simulate(seed, simulation);
    const { low, high } = quantileShift(rounds, probability, seededRandom(seed + 1), {
      resamples: 500,
    });
    if (low <= truth && truth <= high) held += 1;
  }
  return held / runs;
}
