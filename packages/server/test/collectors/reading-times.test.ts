import type { Clock } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readingTimes } from "../../src/collectors/reading-times.ts";

function wall(): Clock & { atMs: number } {
  return {
    atMs: 0,
    now() {
      return new Date(this.atMs);
    },
    monotonicMs: () => 0,
    sleep: async () => undefined,
  };
}

test("two instances that read in the same beat label it alike", () => {
  const [one, other] = [wall(), wall()];
  const [takeOne, takeOther] = [readingTimes(one, 10_000), readingTimes(other, 10_000)];
  one.atMs = 1_000_000_400;
  other.atMs = 999_999_700;
  expect(takeOne()).toBe(1_000_000_000);
  expect(takeOther()).toBe(1_000_000_000);
});

test("no instant is told twice, however the wall clock jumps", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1_000, 10_000),
      fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 2, maxLength: 200 }),
      (everyMs, instants) => {
        const clock = wall();
        const take = readingTimes(clock, everyMs);
        const labels = instants.map((atMs) => {
          clock.atMs = atMs;
          return take();
        });
        expect(new Set(labels).size).toBe(labels.length);
        for (const [index, label] of labels.entries())
          expect(Math.abs(label - (instants[index] ?? 0))).toBeLessThanOrEqual(everyMs * 1.5);
      },
    ),
  );
});
