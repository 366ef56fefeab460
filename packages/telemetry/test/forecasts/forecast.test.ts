import { seededRandom } from "@streamgate/core";
import { forecast } from "@streamgate/telemetry/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

const DAY = 24;
const random = seededRandom(3);
const noise = (): number => random.next() + random.next() - 1;

test("a daily rhythm is foreseen with its peaks", () => {
  const load = (hour: number): number => 100 + 50 * Math.sin((2 * Math.PI * hour) / DAY);
  const past = Array.from({ length: 14 * DAY }, (_, hour) => load(hour) + noise());
  const { steps, model } = forecast(past, { horizonSteps: DAY, seasonSteps: [DAY] });
  expect(model).toContain("season of 24 steps");
  for (const { stepsAhead, median } of steps) {
    expect(Math.abs(median - load(past.length - 1 + stepsAhead))).toBeLessThan(3);
  }
});

test("intervals hold about as often as promised", () => {
  let held = 0;
  let steps = 0;
  for (let series = 0; series < 40; series += 1) {
    let deviation = 0;
    const values = Array.from({ length: 15 * DAY }, (_, hour) => {
      deviation = 0.7 * deviation + noise();
      return 50 + 10 * Math.sin((2 * Math.PI * hour) / DAY) + deviation;
    });
    const { steps: foreseen } = forecast(values.slice(0, 14 * DAY), {
      horizonSteps: DAY,
      seasonSteps: [DAY],
    });
    for (const { stepsAhead, low, high } of foreseen) {
      const truth = values[14 * DAY - 1 + stepsAhead] ?? 0;
      held += truth >= low && truth <= high ? 1 : 0;
      steps += 1;
    }
  }
  expect(held / steps).toBeGreaterThan(0.84);
  expect(held / steps).toBeLessThan(0.96);
});

test("a disk that fills is full when it will be", () => {
  const used = Array.from({ length: 10 * DAY }, (_, hour) => 100 + hour * 0.5 + noise());
  const { timeToReach } = forecast(used, { horizonSteps: 20 * DAY, seasonSteps: [DAY], floor: 0 });
  const { probability, median, low, high } = timeToReach(300, "up");
  expect(probability).toBe(1);
  expect(Math.abs(median - 160)).toBeLessThan(12);
  expect(low).toBeLessThanOrEqual(median);
  expect(high).toBeGreaterThanOrEqual(median);
});

test("a limit that will not be reached is not promised", () => {
  const steady = Array.from({ length: 10 * DAY }, () => 100 + noise());
  const { timeToReach } = forecast(steady, { horizonSteps: 5 * DAY, seasonSteps: [DAY] });
  expect(timeToReach(200, "up").probability).toBe(0);
  expect(timeToReach(200, "up").median).toBe(Number.POSITIVE_INFINITY);
});

test("bounds of the possible hold for every step", () => {
  const values = Array.from({ length: 60 }, (_, index) => Math.max(0, 10 - index * 0.2 + noise()));
  const { steps } = forecast(values, { horizonSteps: 50, floor: 0, ceiling: 12 });
  for (const { low, median, high } of steps) {
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(12);
    expect(median).toBeLessThanOrEqual(high);
    expect(median).toBeGreaterThanOrEqual(low);
  }
});

test("any series of numbers gets a forecast of numbers", () => {
  const series = fc.array(fc.oneof(fc.double(), fc.constant(Number.NaN), fc.integer()), {
    minLength: 8,
    maxLength: 60,
  });
  fc.assert(
    fc.property(series, (values) => {
      fc.pre(values.some((value) => Number.isFinite(value) && Math.abs(value) < 1e100));
      const tame = values.map((value) => (Math.abs(value) < 1e100 ? value : Number.NaN));
      const { steps } = forecast(tame, { horizonSteps: 5, seasonSteps: [7] });
      for (const { low, median, high } of steps) {
        expect(Number.isNaN(low) || Number.isNaN(median) || Number.isNaN(high)).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

test("a series too short, and options that cannot be, are refused by name", () => {
  expect(() => forecast([1, 2, 3], { horizonSteps: 5 })).toThrow("at least 8");
  expect(() => forecast([Number.NaN], { horizonSteps: 5 })).toThrow("0 values");
  const values = new Array<number>(20).fill(1);
  expect(() => forecast(values, { horizonSteps: 0 })).toThrow("horizonSteps");
  expect(() => forecast(values, { horizonSteps: 5, confidence: 1 })).toThrow("confidence");
  expect(() => forecast(values, { horizonSteps: 5, seasonSteps: [1] })).toThrow("seasonSteps");
});

test("numbers beyond all measure count as the greatest that can be reckoned with", () => {
  const values = Array.from({ length: 200 }, (_, index) => (index % 3 === 0 ? -1e300 : 1e308));
  const { steps, meanError } = forecast(values, { horizonSteps: 20, seasonSteps: [7] });
  expect(Number.isFinite(meanError)).toBe(true);
  for (const { low, median, high } of steps)
    expect([low, median, high].every(Number.isFinite)).toBe(true);
});

test("of a series without end the newest values are looked at", () => {
  const values = Array.from({ length: 12_000 }, (_, index) => Math.sin(index / 9) + noise());
  const options = { horizonSteps: 3 };
  expect(forecast(values, options).steps).toEqual(forecast(values.slice(-10_000), options).steps);
});

test("far steps share their errors with neighbours: the interval stays as wide as that of the step before, or nearly", () => {
  let walk = 0;
  const values = Array.from({ length: 3_000 }, () => {
    walk += noise();
    return walk;
  });
  const { steps } = forecast(values, { horizonSteps: 1_500 });
  for (const [index, { low, high }] of steps.entries()) {
    const before = steps[index - 1];
    if (index < 200 || before === undefined) continue;
    expect((high - low) / (before.high - before.low)).toBeGreaterThan(0.8);
    expect((high - low) / (before.high - before.low)).toBeLessThan(1.25);
  }
});
