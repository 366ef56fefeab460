import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  areaOf,
  DRAWING_HEIGHT,
  heightOf,
  pathOf,
  placeMarkers,
  roundUp,
  spanOf,
} from "../../src/components/chart-geometry.ts";
import { NOW_MS } from "../fixtures/clock.ts";
import { chartOf } from "../fixtures/now.ts";

const SPAN = { low: 0, high: 200 };

describe("a line", () => {
  test("goes from step to step", () => {
    expect(pathOf([0, 100, 50], SPAN)).toBe("M0 200l1 -100 1 50");
  });

  test("has a gap where nothing is known", () => {
    expect(pathOf([0, 100, null, 200, 0], SPAN)).toBe("M0 200l1 -100M3 0l1 200");
  });

  test("is a dot where one value stands alone", () => {
    expect(pathOf([null, 100, null], SPAN)).toBe("M1 100h.01");
  });

  test("of nothing is nothing", () => {
    expect(pathOf([null, null], SPAN)).toBe("");
    expect(areaOf([], SPAN)).toBe("");
  });

  test("stays in its box and ends where its last value lies, whatever the values are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2 }),
        (values) => {
          const span = spanOf(chartOf("x", "x", "ms", values));
          let y = 0;
          for (const [, x, height, rise] of pathOf(values, span).matchAll(
            /M(\d+) (\d+)|1 (-?\d+)/g,
          )) {
            y = x === undefined ? y + Number(rise) : Number(height);
            expect(y).toBeGreaterThanOrEqual(0);
            expect(y).toBeLessThanOrEqual(DRAWING_HEIGHT);
          }
          expect(y).toBe(heightOf(values.at(-1) ?? 0, span));
        },
      ),
    );
  });
});

describe("an area", () => {
  test("falls to the floor on both sides of a gap", () => {
    expect(areaOf([100, 100, null, 200, 0], SPAN)).toBe("M0 200V100l1 0V200zM3 200V0l1 200V200z");
  });
});

describe("an axis", () => {
  test("begins at zero and ends at a round number", () => {
    expect(spanOf(chartOf("x", "x", "ms", [37, 41]))).toEqual({ low: 0, high: 50 });
    expect(roundUp(0.0221)).toBeCloseTo(0.03);
    expect(roundUp(100)).toBe(100);
  });

  test("holds the objective unless that is far off", () => {
    const at = (value: number) => ({ kind: "at most", value, isMet: true }) as const;
    expect(spanOf(chartOf("x", "x", "ms", [100], at(300))).high).toBeGreaterThan(300);
    expect(spanOf(chartOf("x", "x", "ms", [1], at(300))).high).toBe(1);
  });

  test("of a share that is mostly all ends at all", () => {
    expect(spanOf(chartOf("x", "x", "ratio", [0.93]))).toEqual({ low: 0, high: 1 });
  });

  test("of a share of which nothing is known does not reach beyond all", () => {
    const objective = { kind: "at least", value: 0.98, isMet: null } as const;
    expect(spanOf(chartOf("x", "x", "ratio", [null], objective))).toEqual({ low: 0, high: 1 });
    expect(spanOf(chartOf("x", "x", "ratio", [0.95], objective))).toEqual({ low: 0, high: 1 });
  });

  test("reaches below zero where values do", () => {
    expect(spanOf(chartOf("x", "x", "ms", [-3, 7]))).toEqual({ low: -3, high: 8 });
  });

  test("of zeros and of nothing has a height nevertheless", () => {
    expect(spanOf(chartOf("x", "x", "ms", [0, null]))).toEqual({ low: 0, high: 1 });
  });
});

describe("markers", () => {
  const chart = chartOf("x", "x", "ms", [1, 2, 3, 4]);
  const marker = (ms: number) =>
    ({ at: new Date(ms).toISOString(), kind: "deploy", label: "2.14.0", href: "" }) as const;

  test("stand at the step in which they happened", () => {
    expect(placeMarkers(chart, [marker(NOW_MS - 60_000)])[0]?.x).toBe(2);
  });

  test("of another time are left out", () => {
    expect(placeMarkers(chart, [marker(NOW_MS - 3_600_000), marker(NOW_MS + 3_600_000)])).toEqual(
      [],
    );
  });
});
