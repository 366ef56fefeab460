import { describe, expect, test } from "vitest";
import { createTrustedNow } from "../../src/history/trusted-now.ts";
import { steppedClock } from "./stepped-clock.ts";

const DAY_MS = 86_400_000;

describe("the time by which things expire", () => {
  test("is that of the wall clock as long as it goes on as clocks do", () => {
    const clock = steppedClock();
    const now = createTrustedNow(clock);
    for (const ms of [1_000, 3_600_000, 30 * DAY_MS]) {
      clock.advance(ms);
      expect(now()).toBe(clock.nowMs);
    }
    clock.leap(20_000);
    expect(now()).toBe(clock.nowMs);
  });

  test("does not leap with it, unless it stays there for ten minutes", () => {
    const clock = steppedClock();
    const now = createTrustedNow(clock);
    const before = now();
    clock.leap(365 * DAY_MS);
    expect(now()).toBe(before);
    clock.advance(599_000);
    expect(now()).toBe(before + 599_000);
    clock.advance(1_000);
    expect(now()).toBe(clock.nowMs);
  });

  test("follows at once where the wall clock is set back", () => {
    const clock = steppedClock();
    const now = createTrustedNow(clock);
    clock.leap(365 * DAY_MS);
    now();
    clock.leap(-366 * DAY_MS);
    expect(now()).toBe(clock.nowMs);
  });
});
