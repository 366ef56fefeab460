import { describe, expect, test } from "vitest";
import { createTickTimes, spanBetween } from "../../src/collection/tick-times.ts";
import { steppedClock } from "../history/stepped-clock.ts";

const START_MS = 1_780_000_000_000;

describe("ticks", () => {
  test("stay on the grid of the wall clock, however late the timer is", () => {
    const clock = steppedClock(START_MS + 130);
    const times = createTickTimes(clock, 1_000);
    const labels: number[] = [];
    for (const lateMs of [0, 3, 40, 400, 1, 0, 450, 2]) {
      clock.advance(times.untilNextMs() + lateMs);
      labels.push(times.take().atMs);
    }
    expect(labels).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((second) => START_MS + second * 1_000));
  });

  test("two monitors that began at different instants label the same second alike", () => {
    const labelsOf = (offsetMs: number): number[] => {
      const clock = steppedClock(START_MS + offsetMs);
      const times = createTickTimes(clock, 1_000);
      return [1, 2, 3].map(() => {
        clock.advance(times.untilNextMs());
        return times.take().atMs;
      });
    };
    expect(labelsOf(10)).toEqual(labelsOf(333));
  });

  test("a wall clock that is set back gives labels that were not there before", () => {
    const clock = steppedClock(START_MS);
    const times = createTickTimes(clock, 1_000);
    const labels: number[] = [];
    for (let tick = 0; tick < 40; tick += 1) {
      if (tick === 10 || tick === 15) clock.leap(-8_000);
      clock.advance(times.untilNextMs());
      labels.push(times.take().atMs);
    }
    expect(new Set(labels).size).toBe(labels.length);
    expect((labels.at(-1) ?? 0) % 1_000).toBe(0);
  });

  test("spans go by the monotonic clock: a leap of the wall clock does not stretch them", () => {
    const clock = steppedClock(START_MS);
    const times = createTickTimes(clock, 1_000);
    const first = times.take();
    clock.leap(3_600_000);
    clock.advance(1_012);
    expect(spanBetween(first, times.take(), 1_000)).toBe(1_000);
    clock.advance(4_300);
    expect(spanBetween(first, times.take(), 1_000)).toBe(5_312);
  });
});
