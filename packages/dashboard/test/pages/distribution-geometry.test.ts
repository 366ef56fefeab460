import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DRAWING,
  outlineOf,
  placeOnLog,
  ticksOf,
} from "../../src/pages/recommendation/distribution-geometry.ts";

describe("the drawing of distributions", () => {
  test("places values between the ends, in their order", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (one, other) => {
          const [left, right] = [
            placeOnLog(Math.min(one, other), 1e-3, 1e3),
            placeOnLog(Math.max(one, other), 1e-3, 1e3),
          ];
          expect(left).toBeGreaterThanOrEqual(0);
          expect(right).toBeLessThanOrEqual(DRAWING.width);
          expect(left).toBeLessThanOrEqual(right);
        },
      ),
    );
  });

  test("has a few round ticks inside the ends", () => {
    expect(ticksOf(0.1, 80).length).toBeGreaterThan(1);
    expect(ticksOf(0.1, 80).length).toBeLessThanOrEqual(5);
    for (const tick of ticksOf(0.13, 77)) expect(tick).toBeGreaterThan(0.13);
    expect(ticksOf(0, 0)).toEqual([]);
  });

  test("closes its outline, and draws nothing of nothing", () => {
    expect(outlineOf([1, 10], [0, 1], 1)).toMatch(/^M0 .*Z$/);
    expect(outlineOf([], [], 0)).toBe("");
  });
});
