import { type Proof, type StatementProof, seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitTimeModel, type TimedWork } from "../../src/choice/calibration/fit-time-model.ts";
import {
  anatomyOf,
  costOf,
  NO_WORK,
  type PlanWork,
  WORK_KINDS,
  type WorkFacts,
} from "../../src/choice/calibration/plan-work.ts";
import {
  expectedMean,
  leastRatio,
  modelledMs,
  timeRatio,
} from "../../src/choice/calibration/time-model.ts";
import { timedChangesOf } from "../../src/choice/calibration/timed-changes.ts";
import { memoryShareOf } from "../../src/choice/calibration/usual-speeds.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { planOf } from "./imagined-planner.ts";

const FACTS: WorkFacts = {
  sequentialPageCost: 1,
  indexedRowCost: 0.0175,
  relation: () => ({ pages: 100, rows: 10_000 }),
};

const NODE_TYPES = ["Nested Loop", "Hash Join", "Sort", "Limit", "Append", "Aggregate"];
const SCANS = ["Seq Scan", "Index Scan", "Bitmap Heap Scan"];

/** Any tree of nodes, even such as no planner makes. */
const PLANS: fc.Arbitrary<PlanNode> = fc.letrec<{ plan: PlanNode }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 4 },
    fc
      .record({
        type: fc.constantFrom(...SCANS),
        cost: fc.double({ min: 0, max: 1e6, noNaN: true }),
        rows: fc.nat(1_000),
      })
      .map(({ type, cost, rows }) => ({
        ...planOf(cost),
        nodeType: type,
        relation: "songs",
        rows,
      })),
    fc
      .record({
        type: fc.constantFrom(...NODE_TYPES),
        cost: fc.double({ min: 0, max: 1e6, noNaN: true }),
        rows: fc.nat(1_000),
        children: fc.array(tie("plan"), { minLength: 1, maxLength: 2 }),
        isSubPlan: fc.boolean(),
      })
      .map(({ type, cost, rows, children, isSubPlan }) => ({
        ...planOf(cost),
        nodeType: type,
        rows,
        children: children.map((child, place) => ({
          ...child,
          parentRelationship: place === 0 ? "Outer" : isSubPlan ? "SubPlan" : "Inner",
        })),
      })),
  ),
})).plan;

it("takes a plan's cost apart without losing or adding any", () => {
  fc.assert(
    fc.property(PLANS, (plan) => {
      const { work } = anatomyOf(plan, FACTS);
      expect(costOf(work)).toBeCloseTo(plan.totalCost, 3);
      for (const kind of WORK_KINDS) expect(work[kind]).toBeGreaterThanOrEqual(0);
    }),
    { seed: 6 },
  );
});

function work(parts: Partial<PlanWork>): PlanWork {
  return { ...NO_WORK, start: 1, ...parts };
}

/** Statements of a database on which pages and rows take so long, each measured with some noise. */
function statementsOf(speeds: Partial<PlanWork>, count: number, noise: number): TimedWork[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => {
    const parts = work({
      "sequential pages": random.next() ** 4 * 10_000,
      "scattered pages": random.next() ** 4 * 10_000,
      tuples: random.next() ** 4 * 10_000,
    });
    const ms = WORK_KINDS.reduce((sum, kind) => sum + (speeds[kind] ?? 0) * parts[kind], 0.01);
    return { work: parts, meanMs: ms * Math.exp(noise * (random.next() - 0.5)), calls: 100 };
  });
}

const SLOW_TUPLES = { "sequential pages": 0.002, "scattered pages": 0.004, tuples: 0.01 };

describe("what proofs teach", () => {
  const lab: Proof["lab"] = {
    kind: "copy",
    address: "",
    serverVersion: "18.4",
    tables: [{ table: "public.songs", rows: 1_000, share: 0.1 }],
  };
  const snapshot = {
    relations: [{ schema: "public", name: "songs", pages: 1_000, rows: 10_000 }],
    settings: [],
  } as unknown as Snapshot;

  function statement(own: Partial<StatementProof>): StatementProof {
    return {
      fingerprint: "f",
      text: "select * from songs where artist = $1",
      role: "affected",
      beforeMs: [30, 10, 20],
      afterMs: [3, 1, 2],
      speedupOfMedian: { point: 10, low: 9, high: 11, confidence: 0.95 },
      speedupOfP95: { point: 10, low: 9, high: 11, confidence: 0.95 },
      results: { kind: "identical", rows: 1 },
      planBefore: "Seq Scan on songs  (cost=0.00..112.50 rows=8 width=32)",
      planAfter: "Index Scan using by_artist on songs  (cost=0.29..8.30 rows=8 width=32)",
      usesFix: true,
      ...own,
    };
  }

  it("is the work of both plans, a sample's smaller tables counted, beside the medians", () => {
    const [change, ...others] = timedChangesOf([{ statements: [statement({})], lab }], snapshot);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ beforeMs: 20, afterMs: 2 });
    expect(change?.before["sequential pages"]).toBe(100);
    expect(change?.before.tuples).toBeCloseTo(12.5, 6);
    expect(costOf(change?.after ?? NO_WORK)).toBeCloseTo(8.3, 6);
  });

  it("is nothing where the index was not read, or a plan cannot be", () => {
    const untold = [statement({ usesFix: false }), statement({ planAfter: "no plan" })];
    expect(timedChangesOf([{ statements: untold, lab }], snapshot)).toEqual([]);
  });
});

describe("the calibration", () => {
  it("finds how long each kind of work takes", () => {
    const model = fitTimeModel(statementsOf(SLOW_TUPLES, 200, 0.5));
    for (const [kind, ms] of Object.entries(SLOW_TUPLES)) {
      const found = model.msPerCost[kind as keyof typeof SLOW_TUPLES];
      expect(found / ms).toBeGreaterThan(0.85);
      expect(found / ms).toBeLessThan(1.18);
    }
  });

  it("is not led astray by statements that waited for a lock", () => {
    const statements = statementsOf(SLOW_TUPLES, 200, 0.2).map((one, place) =>
      place % 10 === 0 ? { ...one, meanMs: one.meanMs * 200 } : one,
    );
    const { msPerCost } = fitTimeModel(statements);
    expect(msPerCost.tuples / 0.01).toBeGreaterThan(0.8);
    expect(msPerCost.tuples / 0.01).toBeLessThan(1.4);
  });

  it("takes the usual speeds where one statement is all that is known: pages in memory are cheap to jump to", () => {
    const known = [{ work: work({ tuples: 1_000 }), meanMs: 10, calls: 50 }];
    const { msPerCost } = fitTimeModel(known);
    expect(msPerCost.tuples).toBeCloseTo(0.01, 3);
    expect(msPerCost.sorts).toBeCloseTo(0.016, 3);
    expect(msPerCost["scattered pages"]).toBeCloseTo(0.003, 3);
    expect(fitTimeModel(known, [], 0.5).msPerCost["scattered pages"]).toBeCloseTo(0.01, 3);
  });

  it("works without any statement", () => {
    const model = fitTimeModel([]);
    const [before, after] = [work({ tuples: 1_000 }), work({ tuples: 10 })];
    expect(timeRatio(model, before, after)).toBeLessThan(0.02);
  });

  it("believes what was measured before and after more than the means", () => {
    const before = work({ "sequential pages": 1_000 });
    const after = work({ "scattered pages": 1_000 });
    const statements = [
      { work: before, meanMs: 5, calls: 100 },
      { work: after, meanMs: 5, calls: 100 },
    ];
    expect(timeRatio(fitTimeModel(statements, [], 0), before, after)).toBeCloseTo(1, 1);
    const pairs = Array.from({ length: 12 }, () => ({ before, after, beforeMs: 8, afterMs: 2 }));
    const taught = fitTimeModel(statements, pairs, 0);
    expect(timeRatio(taught, before, after)).toBeLessThan(0.4);
    expect(taught.pairs).toBe(12);
    expect(taught.spread).toBeLessThan(0.6);
  });

  it("says the least share of time that a plan of a cost can keep, whatever its work is", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 7, maxLength: 7 }), (parts) => {
        const model = fitTimeModel(statementsOf(SLOW_TUPLES, 30, 0.5));
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = parts;
        const after = work({
          "sequential pages": a,
          "scattered pages": b,
          tuples: c,
          joins: d,
          hashes: e,
          sorts: f,
          workers: g,
        });
        const before = work({ tuples: 5_000 });
        const ratio = timeRatio(model, before, after);
        expect(leastRatio(model, before, costOf(after))).toBeLessThanOrEqual(
          Math.min(1, ratio) + 1e-9,
        );
      }),
      { seed: 6, numRuns: 50 },
    );
  });

  it("is sure of a plan that stays, and the less sure the more of it changes", () => {
    const model = fitTimeModel(statementsOf(SLOW_TUPLES, 30, 0.5));
    const before = work({ tuples: 1_000, sorts: 1_000 });
    const same = expectedMean(model, 20, before, before);
    expect(same).toMatchObject({ point: 20, low: 20, high: 20 });
    const other = expectedMean(model, 20, before, work({ "scattered pages": 300 }));
    expect(other.low).toBeLessThan(other.point);
    expect(other.high).toBeGreaterThan(other.point);
    expect(modelledMs(model, before)).toBeGreaterThan(0);
  });
});

it("reads from the counters how much of what statements ask for is in memory", () => {
  const counted = [
    { sharedBlocksHit: 900, sharedBlocksRead: 0 },
    { sharedBlocksHit: 0, sharedBlocksRead: 100 },
  ];
  expect(memoryShareOf(counted)).toBe(0.9);
  expect(memoryShareOf([])).toBe(1);
});
