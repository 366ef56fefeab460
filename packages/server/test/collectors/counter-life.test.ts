import { describe, expect, test } from "vitest";
import {
  type CounterLife,
  continuationOf,
  increaseOf,
} from "../../src/collectors/database/counter-life.ts";
import {
  increasesOf,
  type StatementCounts,
} from "../../src/collectors/database/statement-counts.ts";

const BEFORE: CounterLife = { startedAtMs: 1_000, resetAtMs: 1_000, takenAtMs: 50_000 };

describe("counters of a later reading", () => {
  test.each<[string, Partial<CounterLife>, string]>([
    ["go on on the same server", {}, "continued"],
    ["go on after an orderly restart, which keeps them", { startedAtMs: 55_000 }, "continued"],
    ["began anew with a reset", { resetAtMs: 55_000 }, "began anew"],
    ["began anew with a crash", { startedAtMs: 55_000, resetAtMs: 55_000 }, "began anew"],
    ["are of another server after a failover", { startedAtMs: 2_000, resetAtMs: 2_000 }, "unknown"],
    [
      "are of another server that was reset just now",
      { startedAtMs: 2_000, resetAtMs: 55_000 },
      "unknown",
    ],
    ["are of another life that nobody saw begin", { resetAtMs: 20_000 }, "unknown"],
  ])("%s", (_, change, continuation) => {
    const now = { ...BEFORE, takenAtMs: 60_000, ...change };
    expect(continuationOf(BEFORE, now)).toBe(continuation);
  });

  test("tell nothing where there is no earlier one", () => {
    expect(continuationOf(undefined, BEFORE)).toBe("unknown");
    expect(increaseOf("unknown", undefined, 7)).toBeUndefined();
  });

  test("that fell began anew", () => {
    expect(increaseOf("continued", 10, 3)).toBe(3);
    expect(increaseOf("continued", 3, 10)).toBe(7);
  });
});

function counts(
  queryId: string | null,
  calls: number,
  totalMs: number,
  more: Partial<StatementCounts> = {},
): StatementCounts {
  return {
    queryId,
    entry: `${queryId} 10`,
    sinceMs: null,
    calls,
    totalMs,
    topLevelCalls: calls,
    topLevelMs: totalMs,
    minMs: 0,
    maxMs: 0,
    squaresMs2: 0,
    rows: calls,
    blocksHit: 0,
    blocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
    ...more,
  };
}

function before(...all: readonly StatementCounts[]): ReadonlyMap<string, StatementCounts> {
  return new Map(all.map((one) => [one.entry, one]));
}

describe("what happened to statements between two readings", () => {
  test("is the difference; one that is new came in between, one that is gone says nothing", () => {
    const increases = increasesOf("continued", before(counts("1", 10, 100), counts("9", 5, 5)), [
      counts("1", 12, 130),
      counts("2", 3, 6),
    ]);
    expect(increases?.calls).toBe(5);
    expect(increases?.totalMs).toBe(36);
    expect(increases?.statements).toMatchObject([
      { queryId: "1", calls: 2, totalMs: 30 },
      { queryId: "2", calls: 3, totalMs: 6 },
    ]);
  });

  test("of a statement that was thrown away and came back is all that it counts", () => {
    const increases = increasesOf("continued", before(counts("1", 10, 100)), [counts("1", 2, 300)]);
    expect(increases?.statements).toMatchObject([{ calls: 2, totalMs: 300 }]);
  });

  test("of one user's entry that was thrown away says nothing of the other user's", () => {
    const other = { entry: "1 11" };
    const increases = increasesOf(
      "continued",
      before(counts("1", 100, 900), counts("1", 50, 100, other)),
      [counts("1", 101, 910), counts("1", 2, 4, other)],
    );
    expect(increases?.statements).toMatchObject([
      { calls: 1, totalMs: 10 },
      { calls: 2, totalMs: 4 },
    ]);
  });

  test("of an entry that came back and counts more than before is all of it, where the server says since when", () => {
    const increases = increasesOf(
      "continued",
      before(counts("1", 10, 100, { sinceMs: 1_000 }), counts("2", 10, 100, { sinceMs: 1_000 })),
      [counts("1", 12, 300, { sinceMs: 9_000 }), counts("2", 12, 300, { sinceMs: 1_000 })],
    );
    expect(increases?.statements).toMatchObject([
      { queryId: "1", calls: 12, totalMs: 300 },
      { queryId: "2", calls: 2, totalMs: 200 },
    ]);
  });

  test("does not count what is hidden twice when one of the hidden ones was thrown away", () => {
    const increases = increasesOf("continued", before(counts(null, 100, 900)), [
      counts(null, 80, 700),
    ]);
    expect(increases).toMatchObject({ calls: 0, totalMs: 0, statements: [] });
  });

  test("is not known of another server", () => {
    expect(increasesOf("unknown", before(), [counts("1", 1_000_000, 1e9)])).toBeUndefined();
  });
});
