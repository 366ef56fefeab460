import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatChange,
  formatCount,
  formatNumber,
  formatPercent,
  formatQuantity,
  quantityOf,
} from "../../src/format/quantity.ts";

describe("a quantity", () => {
  test.each([
    [0.42, "ms", "420 µs"],
    [42.13, "ms", "42.1 ms"],
    [0, "ms", "0 ms"],
    [1_520_000, "ms", "25.3 min"],
    [7_500_000, "ms", "2 h 5 min"],
    [-3.2, "ms", "-3.2 ms"],
    [1_610_612_736, "bytes", "1.5 GB"],
    [0.9312, "ratio", "93.1 %"],
    [0.99953, "ratio", "99.95 %"],
    [1, "ratio", "100 %"],
    [182.4, "per second", "182 /s"],
    [12_345, "count", "12,345"],
    [1_240_000, "rows", "1.24 M rows"],
    [1, "cores", "1 core"],
    [0.5, "cores", "0.5 cores"],
  ])("%d %s is shown as %s", (value, unit, shown) => {
    expect(formatQuantity(value, unit)).toBe(shown);
  });

  test("that is not known is a dash, never zero", () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect(quantityOf(value, "ms")).toEqual({ text: "–", unit: "" });
  });

  test("close to all is never rounded up to all", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.9, max: 0.9999, noNaN: true }), (ratio) => {
        expect(formatPercent(ratio)).not.toBe("100");
      }),
    );
  });

  test("keeps its magnitude whatever it is", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 99_000, noNaN: true }), (value) => {
        const read = Number(formatNumber(value).replaceAll(",", ""));
        expect(Math.abs(read / value - 1)).toBeLessThan(0.006);
      }),
    );
  });

  test("is separated into thousands", () => {
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(formatCount(-1_234)).toBe("-1,234");
    expect(formatNumber(99_949)).toBe("99,949");
    expect(formatNumber(99_951)).toBe("100 k");
  });
});

describe("a change", () => {
  test.each([
    [112, 100, "+12 %"],
    [60, 100, "−40 %"],
    [320, 100, "×3.2"],
    [100.2, 100, "±0 %"],
    [0, 0, "±0 %"],
    [5, 0, undefined],
    [null, 100, undefined],
  ])("from %2$d to %1$d", (value, before, shown) => {
    expect(formatChange(value, before)).toBe(shown);
  });
});
