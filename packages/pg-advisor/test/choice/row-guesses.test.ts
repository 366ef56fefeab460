import { describe, expect, it } from "vitest";
import { anatomyOf, type WorkFacts } from "../../src/choice/calibration/plan-work.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import { planOf } from "./imagined-planner.ts";

const FACTS: WorkFacts = {
  sequentialPageCost: 1,
  indexedRowCost: 0.0175,
  relation: (_, name) => (name === "part" ? { pages: 100, rows: 2_000 } : null),
};

function scan(relation: string, rows: number, filter: string | null = null): PlanNode {
  return { ...planOf(100), nodeType: "Seq Scan", relation, rows, filter };
}

function loop(outer: PlanNode, inner: PlanNode): PlanNode {
  return {
    ...planOf(outer.totalCost + outer.rows * inner.totalCost),
    nodeType: "Nested Loop",
    children: [
      { ...outer, parentRelationship: "Outer" },
      { ...inner, parentRelationship: "Inner" },
    ],
  };
}

const lookup: PlanNode = {
  ...planOf(4),
  nodeType: "Index Scan",
  relation: "lineitem",
  indexCondition: "(l_partkey = part.p_partkey)",
};

function doubtOf(plan: PlanNode): number {
  const { work, loops } = anatomyOf(plan, FACTS);
  const extra = loops.reduce((sum, one) => sum + one.extra["scattered pages"], 0);
  return 1 + extra / Math.max(1e-9, work["scattered pages"]);
}

describe("a nested loop's rounds", () => {
  it("are believed where one condition and its statistics tell them", () => {
    expect(doubtOf(loop(scan("part", 50, "(p_size = 7)"), lookup))).toBe(1);
  });

  it("are doubted the more, the more conditions are taken to be independent", () => {
    const two = doubtOf(loop(scan("part", 50, "((p_size = 7) AND (p_brand = 'x'))"), lookup));
    const three = doubtOf(
      loop(scan("part", 50, "((p_size = 7) AND (p_brand = 'x') AND (p_type = 'y'))"), lookup),
    );
    expect(two).toBeCloseTo(2);
    expect(three).toBeCloseTo(4);
  });

  it("are doubted above a join", () => {
    const inner = loop(scan("part", 50), { ...lookup, relation: "partsupp" });
    expect(doubtOf(loop({ ...inner, rows: 200 }, lookup))).toBeGreaterThan(1.5);
  });

  it("are never taken for more than the table has rows", () => {
    const all = scan("part", 1_900, "((p_size > 0) AND (p_brand <> 'x'))");
    expect(doubtOf(loop(all, lookup))).toBeCloseTo(2_000 / 1_900);
  });

  it("are doubted where a subquery depends on each row, as in TPC-H query 20", () => {
    const filtered: PlanNode = {
      ...scan("partsupp", 3_000, "((ps_availqty)::numeric > (SubPlan 1))"),
      totalCost: 50_000,
      children: [{ ...lookup, parentRelationship: "SubPlan", subplanName: "SubPlan 1" }],
    };
    expect(doubtOf(filtered)).toBeGreaterThan(4);
  });
});
