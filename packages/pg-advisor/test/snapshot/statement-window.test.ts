import fc from "fast-check";
import { expect, test } from "vitest";
import type { StatementCounters } from "../../src/snapshot/snapshot.ts";
import { differenceBetween, sumOf } from "../../src/snapshot/statement-moments.ts";
import { differenceOf, type StatementReading } from "../../src/snapshot/statement-window.ts";
import { sumStatements } from "../../src/snapshot/sum-statements.ts";

/** The counters that calls of these durations leave behind. */
function countersOf(durationsMs: readonly number[], queryId = "1"): StatementCounters {
  const calls = durationsMs.length;
  const totalMs = durationsMs.reduce((sum, duration) => sum + duration, 0);
  const meanMs = totalMs / calls;
  const squares = durationsMs.reduce((sum, duration) => sum + (duration - meanMs) ** 2, 0);
  return {
    queryId,
    isTopLevel: true,
    text: "select $1",
    calls,
    totalMs,
    meanMs,
    stddevMs: Math.sqrt(squares / calls),
    minMs: Math.min(...durationsMs),
    maxMs: Math.max(...durationsMs),
    rows: calls,
    sharedBlocksHit: calls * 3,
    sharedBlocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
  };
}

function reading(minute: number, ...counters: readonly StatementCounters[]): StatementReading {
  return {
    takenAt: `2026-01-01T00:0${minute}:00.000Z`,
    since: "2026-01-01T00:00:00.000Z",
    evicted: 0,
    counters,
  };
}

const durations = fc.array(fc.double({ min: 0.001, max: 1_000, noNaN: true }), {
  minLength: 1,
  maxLength: 50,
});

function expectSame(actual: StatementCounters, expected: StatementCounters): void {
  expect(actual.calls).toBe(expected.calls);
  expect(actual.rows).toBe(expected.rows);
  expect(actual.totalMs).toBeCloseTo(expected.totalMs, 6);
  expect(actual.meanMs).toBeCloseTo(expected.meanMs, 6);
  expect(actual.stddevMs).toBeCloseTo(expected.stddevMs, 4);
}

test("the calls of two users together have the mean and deviation of all calls", () => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      const sum = sumOf(countersOf(one), countersOf(other));
      expectSame(sum, countersOf([...one, ...other]));
      expect(sum.minMs).toBe(Math.min(...one, ...other));
      expect(sum.maxMs).toBe(Math.max(...one, ...other));
    }),
  );
});

test("a window has the mean and deviation of the calls inside it", () => {
  fc.assert(
    fc.property(durations, durations, (early, late) => {
      const whole = countersOf([...early, ...late]);
      expectSame(differenceBetween(countersOf(early), whole), countersOf(late));
    }),
  );
});

test("a window tells when it was and for how long", () => {
  const window = differenceOf(reading(1), reading(3, countersOf([5, 7])));
  expect(window).toMatchObject({
    from: "2026-01-01T00:01:00.000Z",
    to: "2026-01-01T00:03:00.000Z",
    durationMs: 120_000,
    counters: [countersOf([5, 7])],
    warnings: [],
  });
});

test("statements without a call in the window are left out", () => {
  const idle = countersOf([1, 2]);
  expect(differenceOf(reading(1, idle), reading(2, idle)).counters).toEqual([]);
});

test("the statement that took most time comes first", () => {
  const after = reading(2, countersOf([1], "quick"), countersOf([9], "slow"));
  const ids = differenceOf(reading(1), after).counters.map(({ queryId }) => queryId);
  expect(ids).toEqual(["slow", "quick"]);
});

test("a nested statement is another than the same at top level", () => {
  const nested = { ...countersOf([4]), isTopLevel: false };
  const window = differenceOf(reading(1, countersOf([1])), reading(2, countersOf([1, 2]), nested));
  expect(window.counters.map(({ isTopLevel, calls }) => [isTopLevel, calls])).toEqual([
    [false, 1],
    [true, 1],
  ]);
});

test("after a reset inside the window counting begins at zero, with a warning", () => {
  const after = { ...reading(2, countersOf([5, 5, 5])), since: "2026-01-01T00:01:30.000Z" };
  const window = differenceOf(reading(1, countersOf([1, 1])), after);
  expect(window.counters).toEqual([countersOf([5, 5, 5])]);
  expect(window.warnings).toEqual([
    expect.stringContaining("were reset at 2026-01-01T00:01:30.000Z"),
  ]);
});

test("a counter that went down counts from zero, with a warning", () => {
  const window = differenceOf(reading(1, countersOf([1, 1, 1])), reading(2, countersOf([8])));
  expect(window.counters).toEqual([countersOf([8])]);
  expect(window.warnings).toEqual([expect.stringContaining("1 statements began anew")]);
});

test("a statement that was evicted inside the window is warned of", () => {
  const window = differenceOf(reading(1, countersOf([1])), reading(2));
  expect(window.warnings).toEqual([expect.stringContaining("threw away 1 statements")]);
});

test("entries of several users become one statement, and hidden ones are counted", () => {
  const entry = countersOf([2]);
  const sums = sumStatements([
    entry,
    { ...entry, totalMs: 4, meanMs: 4 },
    { ...countersOf([14]), queryId: null, text: "<insufficient privilege>" },
  ]);
  expect(sums.counters).toEqual([
    expect.objectContaining({ calls: 2, totalMs: 6, meanMs: 3, stddevMs: 1 }),
  ]);
  expect(sums).toMatchObject({ hidden: 1, hiddenShare: 0.7 });
});

test("a statement of several users of which one's entry was thrown away is left out, not counted again", () => {
  const entry = (durationsMs: readonly number[]) => ({
    ...countersOf(durationsMs),
    text: "select $1",
  });
  const both = sumStatements([entry([1, 2, 3]), entry([4, 5])]).counters;
  const left = sumStatements([entry([1, 2, 3, 4])]).counters;
  const window = differenceOf(reading(0, ...both), reading(1, ...left));
  expect(window.counters).toEqual([]);
  expect(window.warnings).toEqual([
    "pg_stat_statements threw away one user's part of 1 statements inside the window: they are left out; raise pg_stat_statements.max.",
  ]);
  const again = sumStatements([entry([1, 2, 3, 4]), entry([9, 9, 9, 9])]).counters;
  expect(differenceOf(reading(0, ...both), reading(1, ...again)).counters).toMatchObject([
    { calls: 3 },
  ]);
});
