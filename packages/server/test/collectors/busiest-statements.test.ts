import { expect, test } from "vitest";
import { keepBusiest } from "../../src/collectors/database/busiest-statements.ts";

const MINUTE_MS = 60_000;

test("a statement that becomes slow today has a series soon, and one that pauses keeps its own for a while", () => {
  const busiest = keepBusiest(2);
  for (let minute = 0; minute < 60; minute += 1)
    busiest.weigh(
      new Map([
        ["old", 500],
        ["steady", 300],
        ["small", 10],
      ]),
      MINUTE_MS,
    );
  const paused = busiest.weigh(new Map([["steady", 300]]), MINUTE_MS);
  expect(paused).toEqual(new Set(["old", "steady"]));
  let kept = paused;
  for (let minute = 0; minute < 30; minute += 1)
    kept = busiest.weigh(
      new Map([
        ["fresh", 2_000],
        ["steady", 300],
      ]),
      MINUTE_MS,
    );
  expect(kept).toEqual(new Set(["fresh", "steady"]));
});

test("a million statements that ran once leave no memory of themselves", () => {
  const busiest = keepBusiest(50);
  for (let round = 0; round < 100; round += 1) {
    const once = Array.from({ length: 1_000 }, (_, index) => [`${round}-${index}`, 1] as const);
    const kept = busiest.weigh(new Map([...once, ["always", 5]]), MINUTE_MS);
    expect(kept.size).toBe(50);
    expect(kept.has("always")).toBe(true);
  }
});
