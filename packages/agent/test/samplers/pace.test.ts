import fc from "fast-check";
import { expect, test } from "vitest";
import { Pace } from "../../src/samplers/pace.ts";

test("a sampler takes no more than its share, unless it would be asked less than once a minute", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 10_000 }),
      fc.double({ min: 0.0001, max: 0.01, noNaN: true }),
      fc.double({ min: 0, max: 1_000, noNaN: true }),
      (wantedMs, share, costMs) => {
        const pace = new Pace(wantedMs, share);
        for (let times = 0; times < 3; times += 1) pace.add(costMs);
        expect(pace.intervalMs).toBeGreaterThanOrEqual(wantedMs);
        expect(pace.intervalMs).toBeLessThanOrEqual(60_000);
        if (pace.intervalMs < 60_000)
          expect(costMs / pace.intervalMs).toBeLessThanOrEqual(share * 1.000_001);
      },
    ),
  );
});

test("one dear reading is an accident, three are its price, and one cheap one ends that", () => {
  const pace = new Pace(1_000, 0.001);
  for (const costMs of [0.1, 0.1, 50, 0.1, 50, 50]) {
    pace.add(costMs);
    expect(pace.isSlowed).toBe(false);
  }
  pace.add(10);
  expect(pace.intervalMs).toBe(10_000);
  pace.add(0.1);
  expect(pace.isSlowed).toBe(false);
});
