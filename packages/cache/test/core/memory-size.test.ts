import { systemClock } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextMaxBytes } from "../../src/memory/auto-bytes.ts";
import { HitClock } from "../../src/memory/hit-clock.ts";
import { keyHash } from "../../src/memory/key-hash.ts";
import { turn } from "./support/caches.ts";
import { TestClock } from "./support/test-clock.ts";

const CALM = {
  maxBytes: 1_000,
  usedBytes: 950,
  leastBytes: 100,
  mostBytes: 10_000,
  pressure: 0.2,
  gainOfDoubling: 0.05,
};

describe("the bound of a memory tier that is left to itself", () => {
  test.each([
    ["grows by a quarter when it is full, memory is there and more would help", {}, 1_250],
    ["grows while nothing is known of what more would bring", { gainOfDoubling: undefined }, 1_250],
    ["stays when it is not full", { usedBytes: 800 }, 1_000],
    ["stays when more would bring nothing", { gainOfDoubling: 0.0005 }, 1_000],
    ["stays when memory is neither scarce nor plenty", { pressure: 0.8 }, 1_000],
    ["shrinks below what is used when memory is scarce", { pressure: 0.9 }, 665],
    [
      "shrinks from what is used, not from a bound that nobody reached",
      { pressure: 0.9, usedBytes: 500 },
      350,
    ],
    ["shrinks no further than its floor", { pressure: 2, usedBytes: 10 }, 100],
    ["grows no further than its ceiling", { maxBytes: 9_500, usedBytes: 9_400 }, 10_000],
  ])("%s", (_, change, expected) => {
    expect(nextMaxBytes({ ...CALM, ...change })).toBe(expected);
  });

  test("never leaves its range", () => {
    const size = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.double({ min: 0, max: 3, noNaN: true }),
        (maxBytes, usedBytes, one, two, pressure) => {
          const [leastBytes, mostBytes] = [Math.min(one, two), Math.max(one, two)];
          const next = nextMaxBytes({
            maxBytes,
            usedBytes,
            leastBytes,
            mostBytes,
            pressure,
            gainOfDoubling: 1,
          });
          expect(next).toBeGreaterThanOrEqual(leastBytes);
          expect(next).toBeLessThanOrEqual(mostBytes);
        },
      ),
    );
  });
});

describe("the clock of the hit path", () => {
  test("asks a clock that was handed in every time", () => {
    const clock = new TestClock();
    const hitClock = new HitClock(clock);
    const before = hitClock.read();
    clock.advance(5);
    expect(hitClock.read() - before).toBe(5);
  });

  test("reads the system's once a turn, and anew when asked to or in the next turn", async () => {
    const hitClock = new HitClock(systemClock);
    const first = hitClock.read();
    const until = performance.now() + 2;
    while (performance.now() < until);
    expect(hitClock.read()).toBe(first);
    const second = hitClock.refresh();
    expect(second).toBeGreaterThan(first);
    expect(hitClock.read()).toBe(second);
    await turn();
    await turn();
    expect(hitClock.read()).toBeGreaterThan(second);
  });
});

test("hashes of neighbouring ids are far apart, as numbers, large numbers and texts", () => {
  const kinds: ((number: number) => string | number)[] = [
    (number) => number,
    (number) => number * 4_294_967_296,
    (number) => `user ${number}`,
    (number) => -number,
  ];
  for (const kind of kinds) {
    const hashes = new Set(Array.from({ length: 10_000 }, (_, number) => keyHash(1, kind(number))));
    // By chance ten thousand of 2^32 collide once in a hundred times.
    expect(hashes.size).toBeGreaterThan(9_990);
    const buckets = new Set([...hashes].map((hash) => hash % 1_024));
    expect(buckets.size).toBeGreaterThan(1_000);
  }
});
