import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterFailure,
  afterSuccess,
  firstAttempt,
  type Schedule,
} from "../../src/collectors/schedule.ts";

const RHYTHM = { everyMs: 10_000 };

describe("a schedule", () => {
  test("keeps its beat however long a reading takes", () => {
    const first: Schedule = { failures: 0, dueMs: 0 };
    const second = afterSuccess(RHYTHM, first, 3_000);
    expect(second).toEqual({ failures: 0, dueMs: 10_000 });
    expect(afterSuccess(RHYTHM, second, 10_001).dueMs).toBe(20_000);
  });

  test("leaves out the beats that it missed", () => {
    expect(afterSuccess(RHYTHM, { failures: 0, dueMs: 0 }, 35_000).dueMs).toBe(40_000);
  });

  test("begins within a second, and not everything at once", () => {
    const random = seededRandom(1);
    const dues = Array.from({ length: 50 }, () => firstAttempt(RHYTHM, 100, random).dueMs);
    expect(Math.max(...dues)).toBeLessThanOrEqual(1_100);
    expect(new Set(dues).size).toBe(50);
  });

  test("is tried again ever more rarely while it fails, up to the longest pause, and is back on the beat with the first success", () => {
    const random = seededRandom(2);
    let schedule: Schedule = { failures: 0, dueMs: 0 };
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const nowMs = schedule.dueMs;
      schedule = afterFailure(RHYTHM, schedule, nowMs, random);
      pauses.push(schedule.dueMs - nowMs);
    }
    expect(pauses[0]).toBeLessThan(6_001);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000 * 1.2);
    expect(schedule.failures).toBe(8);
    expect(afterSuccess(RHYTHM, schedule, 500_000)).toEqual({ failures: 0, dueMs: 510_000 });
  });

  test("is always due later than now, and never later than the longest pause allows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 3_600_000 }),
        fc.nat({ max: 2_000 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.nat({ max: 1e9 }),
        fc.integer(),
        (everyMs, failures, dueMs, lateMs, seed) => {
          const nowMs = dueMs + lateMs;
          const schedule = { failures, dueMs };
          const longestPauseMs = Math.max(60_000, 6 * everyMs);
          const well = afterSuccess({ everyMs }, schedule, nowMs).dueMs - nowMs;
          const ill = afterFailure({ everyMs }, schedule, nowMs, seededRandom(seed)).dueMs - nowMs;
          return well > 0 && well <= everyMs && ill > 0 && ill <= longestPauseMs * 1.2;
        },
      ),
    );
  });
});
