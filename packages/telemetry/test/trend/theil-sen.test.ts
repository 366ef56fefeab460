import { seededRandom } from "@streamgate/core";
import { theilSen } from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

test("a straight line is met exactly", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: 2, max: 30 }),
      (slope, intercept, count) => {
        const times = Array.from({ length: count }, (_, index) => index * 3);
        const line = theilSen(
          times.map((time) => slope * time + intercept),
          { times },
        );
        expect(line.slope).toBeCloseTo(slope, 9);
        expect(line.intercept).toBeCloseTo(intercept, 9);
        expect(line.low).toBeLessThanOrEqual(line.slope + 1e-9);
        expect(line.high).toBeGreaterThanOrEqual(line.slope - 1e-9);
      },
    ),
  );
});

test("a quarter of the values may be anything", () => {
  const values = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? 1e9 : 2 * index));
  const random = seededRandom(3);
  const noisy = values.map((value) => value + random.next());
  const { slope } = theilSen(noisy);
  expect(slope).toBeGreaterThan(1.5);
  expect(slope).toBeLessThan(2.5);
});

test("the interval of 90 % holds the slope in about 90 % of the cases", () => {
  const random = seededRandom(11);
  const SERIES = 600;
  let held = 0;
  for (let index = 0; index < SERIES; index += 1) {
    const values = Array.from(
      { length: 25 },
      (_, at) => 0.3 * at + (random.next() + random.next() + random.next() - 1.5) * 4,
    );
    const { low, high } = theilSen(values, { confidence: 0.9 });
    if (low <= 0.3 && 0.3 <= high) held += 1;
  }
  expect(held / SERIES).toBeGreaterThan(0.86);
  expect(held / SERIES).toBeLessThan(0.95);
});

test("fewer than two values give a level line", () => {
  expect(theilSen([7])).toMatchObject({ slope: 0, intercept: 7 });
  expect(theilSen([])).toMatchObject({ slope: 0, intercept: 0 });
});
