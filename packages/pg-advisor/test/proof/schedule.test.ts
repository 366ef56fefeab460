import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveProofOptions } from "../../src/proof/options.ts";
import { planSchedule } from "../../src/proof/schedule.ts";

const options = resolveProofOptions();

test("a quick statement is warmed up by a call and timed thirty times a version", () => {
  expect(planSchedule(2, options)).toEqual({ rounds: 15, callsPerRound: 2, warmUp: "call" });
});

test("a statement of some hundred milliseconds is timed as often, without warm-up calls", () => {
  expect(planSchedule(400, options)).toEqual({ rounds: 15, callsPerRound: 2, warmUp: "plan" });
});

test("a statement of seconds is timed five times a version", () => {
  expect(planSchedule(8_000, options)).toEqual({ rounds: 5, callsPerRound: 1, warmUp: "plan" });
});

test("slower statements never run more often, and never fewer than five times", () => {
  const callMs = fc.double({ min: 0.01, max: 60_000, noNaN: true });
  const callsOf = (ms: number): number => {
    const { rounds, callsPerRound } = planSchedule(ms, options);
    return rounds * callsPerRound;
  };
  fc.assert(
    fc.property(callMs, callMs, (one, other) => {
      expect(callsOf(Math.max(one, other))).toBeLessThanOrEqual(callsOf(Math.min(one, other)));
      expect(callsOf(one)).toBeGreaterThanOrEqual(5);
    }),
  );
});
