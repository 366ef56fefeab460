import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { savedFigure } from "../../src/recommendations/saved-figure.ts";
import { aFinding, aVerification } from "../support/findings.ts";

const speedup = (point: number) => ({
  point,
  low: point * 0.9,
  high: point * 1.1,
  confidence: 0.95,
});
const NOTHING = { finding: aFinding(), speedups: [], verification: null };

describe("what is saved in each hour", () => {
  test("is the planner's estimate where nothing ran", () => {
    expect(savedFigure(NOTHING)).toEqual({ value: 720_000, unit: "ms", rung: "estimated" });
  });

  test("is not known of a finding that saves no database time", () => {
    expect(savedFigure({ ...NOTHING, finding: aFinding({ savedMsPerHour: 0 }) }).value).toBeNull();
  });

  test("is the estimate corrected by the lab where it ran", () => {
    const figure = savedFigure({
      ...NOTHING,
      speedups: [{ fingerprint: "f1", speedup: speedup(2) }],
    });
    // Half of 34.1 ms a call in place of 33.68 ms.
    expect(figure).toMatchObject({
      rung: "measured",
      value: expect.closeTo((720_000 * 34.1 * 0.5) / 33.68, 3),
    });
    expect(figure.low).toBeLessThan(figure.value ?? 0);
    expect(figure.high).toBeGreaterThan(figure.value ?? 0);
  });

  test("is what production showed where it was judged, and may be a loss", () => {
    const verification = aVerification();
    // 400 calls of 34 ms in the minute before, of which a 68th is left.
    expect(savedFigure({ ...NOTHING, verification })).toMatchObject({
      rung: "verified",
      value: expect.closeTo(400 * 34 * 60 * (1 - 1 / 68), 3),
    });
    const slower = aVerification({
      verdict: "harmful",
      statements: verification.statements.map((one) => ({ ...one, speedup: speedup(0.5) })),
    });
    expect(savedFigure({ ...NOTHING, verification: slower }).value).toBeCloseTo(-400 * 34 * 60, 3);
  });

  test("goes down a rung where production could not tell", () => {
    const verification = aVerification({ verdict: "inconclusive" });
    expect(savedFigure({ ...NOTHING, verification })).toMatchObject({ rung: "estimated" });
  });

  test("never is a figure that JSON cannot say", () => {
    const wild = fc.double();
    fc.assert(
      fc.property(wild, wild, wild, (point, low, high) => {
        const verification = aVerification({
          statements: aVerification().statements.map((one) => ({
            ...one,
            speedup: { point, low, high, confidence: 0.95 },
          })),
        });
        const figure = savedFigure({
          ...NOTHING,
          verification,
          speedups: [{ fingerprint: "f1", speedup: { point, low, high, confidence: 0.95 } }],
        });
        expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
      }),
    );
  });
});
