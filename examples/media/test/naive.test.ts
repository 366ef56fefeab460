import { expect, test } from "vitest";
import { NAIVE_CHOICES, naiveVariable, resolveNaive } from "../src/api/naive.ts";

test("everything is naive unless told otherwise", () => {
  const switches = resolveNaive();
  expect(Object.keys(switches)).toEqual(Object.keys(NAIVE_CHOICES));
  expect(Object.values(switches).every((isNaive) => isNaive)).toBe(true);
});

test("a variable turns one choice good and leaves the rest", () => {
  const switches = resolveNaive({}, { MEDIA_NAIVE_OFFSET_PAGES: "off" });
  expect(switches.offsetPages).toBe(false);
  expect(switches.contentOnePerRow).toBe(true);
});

test("what the program says outweighs the environment", () => {
  const switches = resolveNaive({ offsetPages: true }, { MEDIA_NAIVE_OFFSET_PAGES: "off" });
  expect(switches.offsetPages).toBe(true);
});

test("a variable that is neither on nor off, or of no switch, is refused by name", () => {
  expect(() => resolveNaive({}, { MEDIA_NAIVE_OFFSET_PAGES: "no" })).toThrow(
    'MEDIA_NAIVE_OFFSET_PAGES is "no"',
  );
  expect(() => resolveNaive({}, { MEDIA_NAIVE_OFFSETS: "off" })).toThrow("MEDIA_NAIVE_OFFSETS");
});

test("every choice has a variable of its own", () => {
  const variables = Object.keys(NAIVE_CHOICES).map((choice) =>
    naiveVariable(choice as keyof typeof NAIVE_CHOICES),
  );
  expect(variables).toContain("MEDIA_NAIVE_CONTENT_ONE_PER_ROW");
  expect(new Set(variables).size).toBe(variables.length);
});
