import type { FixStep } from "@streamgate/core";
import { expect, test } from "vitest";
import { insideTransaction, planToggle, type Toggle } from "../../src/proof/toggle.ts";
import { sqlStep } from "./scenario.ts";

function toggleOf(...steps: readonly FixStep[]): Toggle {
  return planToggle({
    summary: "a fix",
    steps,
    risk: "low",
    riskReason: "none",
    expectedDurationMs: 0,
    expectedSizeBytes: 0,
  });
}

test("an index that is made stands, and is dropped to see the lab without it", () => {
  const step = sqlStep("CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY i");

  expect(toggleOf(step)).toEqual({
    stand: [{ apply: "CREATE INDEX CONCURRENTLY i ON t (a)", revert: "DROP INDEX i" }],
    enter: { before: ["DROP INDEX i"], after: [] },
  });
});

test("an index that is dropped is dropped only to see the lab without it", () => {
  const step = sqlStep(
    "drop index concurrently if exists i",
    "create index concurrently i on t (a)",
  );

  expect(toggleOf(step)).toEqual({
    stand: [],
    enter: { before: [], after: ["drop index if exists i"] },
  });
});

test("steps are reverted in the opposite order", () => {
  const toggle = toggleOf(
    sqlStep("create statistics s on a, b from t", "drop statistics s"),
    sqlStep("create index i on t (a)", "drop index i"),
  );

  expect(toggle.enter.before).toEqual(["drop index i", "drop statistics s"]);
});

test("what nothing takes back is done in a transaction that is rolled back", () => {
  expect(toggleOf(sqlStep("analyze t", "")).enter.after).toEqual(["analyze t"]);
  expect(toggleOf(sqlStep("reindex index concurrently i", "-- none")).enter.after).toEqual([
    "reindex index i",
  ]);
});

test("a setting is changed for the transaction alone", () => {
  const step: FixStep = {
    kind: "setting",
    name: "work_mem",
    value: "64MB",
    previousValue: "4MB",
  };

  expect(toggleOf(step).enter).toEqual({
    before: ["set local work_mem = '4MB'"],
    after: ["set local work_mem = '64MB'"],
  });
});

test("what can be neither reverted nor rolled back is refused", () => {
  const step: FixStep = { ...sqlStep("vacuum full t", ""), isTransactional: false };

  expect(() => toggleOf(step)).toThrow(expect.objectContaining({ code: "SG_PG_FIX_NOT_PROVABLE" }));
  expect(() => toggleOf()).toThrow(expect.objectContaining({ code: "SG_PG_FIX_NOT_PROVABLE" }));
});

test("the word CONCURRENTLY is left out only where it is one", () => {
  expect(insideTransaction('CREATE UNIQUE INDEX CONCURRENTLY "x concurrently" ON t (a)')).toBe(
    'CREATE UNIQUE INDEX "x concurrently" ON t (a)',
  );
  expect(insideTransaction("select 'drop index concurrently'")).toBe(
    "select 'drop index concurrently'",
  );
});
