import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemory } from "../../src/statistics/anomalies/memory.ts";
import { TailSketch } from "../../src/statistics/anomalies/tail-sketch.ts";
import { normalNumbers } from "./generated.ts";

const sketch = (sides: 1 | 2 = 1): TailSketch => new TailSketch(createMemory(4, 192), sides);

describe("the sketch of past non-conformities", () => {
  test("gives p-values that are uniform for what is like the past", () => {
    const past = sketch();
    const next = normalNumbers(1);
    const p: number[] = [];
    for (let at = 0; at < 20_000; at += 1) {
      const value = Math.abs(next());
      if (at >= 2000) p.push(past.pValue(value));
      past.add(value);
    }
    for (const level of [0.3, 0.1, 0.01, 0.001]) {
      const share = p.filter((each) => each <= level).length / p.length;
      expect(share).toBeLessThan(level * 1.25 + 0.0008);
      expect(share).toBeGreaterThan(level * 0.6 - 0.0008);
    }
  });

  test("says the same in every unit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), {
          minLength: 30,
          maxLength: 300,
        }),
        fc.integer({ min: -60, max: 60 }),
        (values, exponent) => {
          const [plain, scaled] = [sketch(), sketch()];
          for (const value of values) {
            expect(scaled.pValue(value * 2 ** exponent)).toBe(plain.pValue(value));
            plain.add(value);
            scaled.add(value * 2 ** exponent);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("a larger value is never less unusual than a smaller one by more than the fit of the tail", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 25, maxLength: 200 }),
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        (values, value) => {
          const past = sketch();
          for (const each of values) past.add(each);
          const p = past.pValue(value);
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(past.pValue(value * 1000 + 1)).toBeLessThanOrEqual(p + 1e-9);
        },
      ),
    );
  });

  test("what is low is unusual in a series that is often high", () => {
    const past = sketch(2);
    for (let at = 0; at < 2000; at += 1) past.add(at % 10 === 0 ? 50 : -1 + (at % 7) / 10);
    expect(past.pValue(-20)).toBeLessThan(0.005);
    expect(past.pValue(20)).toBeGreaterThan(0.1);
  });

  test("a hundred zeros and then a number: unusual; a constant: never", () => {
    const past = sketch();
    for (let at = 0; at < 100; at += 1) past.add(0);
    expect(past.pValue(0)).toBe(1);
    expect(past.pValue(5)).toBeLessThan(0.01);
  });

  test("one huge value does not blind it for long", () => {
    const past = sketch();
    const next = normalNumbers(2);
    for (let at = 0; at < 5000; at += 1) past.add(Math.abs(next()));
    past.add(1e250);
    for (let at = 0; at < 5000; at += 1) past.add(Math.abs(next()));
    expect(past.pValue(8)).toBeLessThan(0.001);
    expect(past.pValue(0.5)).toBeGreaterThan(0.3);
  });

  test("a value that was huge once is forgotten, and its bins come back", () => {
    const past = sketch();
    past.add(1e9);
    for (let at = 0; at < 30_000; at += 1) past.add(1 + (at % 100) / 100);
    expect(past.quantile(0.9)).toBeGreaterThan(1.5);
    expect(past.quantile(0.9)).toBeLessThan(2.7);
    expect(past.pValue(1e5)).toBeLessThan(0.001);
  });
});
