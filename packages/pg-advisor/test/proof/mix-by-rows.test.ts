import { expect, test } from "vitest";
import { mixByRows } from "../../src/proof/mix-by-rows.ts";

const sets = (name: string, rows: readonly (number | null)[]) =>
  rows.map((expected, at) => ({ values: [`${name}${at}`], rows: expected }));
const frequent = sets("f", [10_000, 10_000, 10_000, 10_000]);
const alike = sets("a", [10, 10, 10, 10]);
const shareOfFrequent = (mixed: readonly (readonly (string | null)[])[]): number =>
  mixed.filter(([value]) => value?.startsWith("f")).length;

test("calls that bring few rows are tried with rare values", () => {
  expect(shareOfFrequent(mixByRows(frequent, alike, 12))).toBe(0);
});

test("calls that bring many rows are tried with common values", () => {
  expect(shareOfFrequent(mixByRows(frequent, alike, 9_000))).toBe(4);
});

test("between the two, the mix brings as many rows as a call in production", () => {
  expect(shareOfFrequent(mixByRows(frequent, alike, 2_500))).toBe(1);
});

test("where rows tell nothing, half of each is taken", () => {
  const one = [1, 1, 1, 1];
  expect(shareOfFrequent(mixByRows(sets("f", one), sets("a", one), 1))).toBe(2);
  expect(shareOfFrequent(mixByRows(frequent, alike, null))).toBe(2);
  const unknown = [null, null, null, null];
  expect(shareOfFrequent(mixByRows(sets("f", unknown), sets("a", unknown), 7))).toBe(2);
});

test("nothing drawn is nothing mixed", () => {
  expect(mixByRows([], [], 5)).toEqual([]);
});
