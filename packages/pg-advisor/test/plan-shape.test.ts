import { describe, expect, it } from "vitest";
import { comparePlans } from "../src/plans/compare-plans.ts";
import { parsePlan } from "../src/plans/parse-plan.ts";
import { planShape } from "../src/plans/plan-shape.ts";
import { indexesUsed, walkPlan } from "../src/plans/walk-plan.ts";

const NESTED_LOOP = {
  "Node Type": "Nested Loop",
  "Join Type": "Left",
  "Startup Cost": 4.43,
  "Total Cost": 20.5,
  "Plan Rows": 10,
  "Plan Width": 40,
  Plans: [
    {
      "Node Type": "Bitmap Heap Scan",
      "Parent Relationship": "Outer",
      "Relation Name": "content",
      Schema: "public",
      Alias: "c",
      "Total Cost": 12.1,
      "Plan Rows": 10,
      Plans: [
        {
          "Node Type": "Bitmap Index Scan",
          "Parent Relationship": "Outer",
          "Index Name": "content_user",
          "Index Cond": "(c.user_id = 7)",
          "Total Cost": 4.43,
          "Plan Rows": 10,
        },
      ],
    },
    {
      "Node Type": "Index Scan",
      "Parent Relationship": "Inner",
      "Scan Direction": "Backward",
      "Index Name": "users_pkey",
      "Relation Name": "users",
      Schema: "public",
      Alias: "u",
      "Total Cost": 0.8,
      "Plan Rows": 1,
      "A Property Of The Future": [1, 2, 3],
    },
  ],
};

describe("a plan", () => {
  it("is read from text, from the parsed array, from its element or from the node", () => {
    const explained = [{ Plan: NESTED_LOOP, "Planning Time": 0.1 }];
    const plan = parsePlan(NESTED_LOOP);
    expect(plan.children).toHaveLength(2);
    expect(parsePlan(explained)).toEqual(plan);
    expect(parsePlan(explained[0])).toEqual(plan);
    expect(parsePlan(JSON.stringify(explained))).toEqual(plan);
  });

  it("has null and 0 for what an older server does not tell", () => {
    expect(parsePlan({ "Node Type": "Result" })).toEqual({
      nodeType: "Result",
      parentRelationship: null,
      joinType: null,
      strategy: null,
      schema: null,
      relation: null,
      alias: null,
      index: null,
      scanDirection: null,
      indexCondition: null,
      filter: null,
      sortKeys: [],
      startupCost: 0,
      totalCost: 0,
      rows: 0,
      width: 0,
      children: [],
    });
  });

  it.each([null, "", "{", [], {}, [{ Plan: 3 }]])("is not found in %j", (value) => {
    expect(() => parsePlan(value)).toThrow(/SG_PG_PLAN_UNREADABLE|no plan/);
  });

  it("has a shape of one line a node, without what it costs", () => {
    expect(planShape(parsePlan(NESTED_LOOP)).split("\n")).toEqual([
      "Nested Loop Left",
      "  Bitmap Heap Scan on public.content",
      "    Bitmap Index Scan using content_user",
      "  Index Scan Backward on public.users using users_pkey",
    ]);
  });

  it("tells which indexes it reads, and for which tables", () => {
    expect(indexesUsed(parsePlan(NESTED_LOOP))).toEqual([
      { schema: "public", name: "content_user", table: "content" },
      { schema: "public", name: "users_pkey", table: "users" },
    ]);
  });

  it("is walked from the root down", () => {
    const depths = [...walkPlan(parsePlan(NESTED_LOOP))].map(({ depth }) => depth);
    expect(depths).toEqual([0, 1, 2, 1]);
  });

  it("is alike another of the same shape, whose rows and costs may differ", () => {
    const plan = parsePlan(NESTED_LOOP);
    const dearer = parsePlan({ ...NESTED_LOOP, "Total Cost": 41 });
    const wider = parsePlan({ ...NESTED_LOOP, "Plan Rows": 11 });
    const other = parsePlan({ ...NESTED_LOOP, "Node Type": "Hash Join" });
    expect(comparePlans(plan, dearer)).toEqual({
      hasSameShape: true,
      hasSameRows: true,
      hasSameCosts: false,
      costRatio: 2,
    });
    expect(comparePlans(plan, wider).hasSameRows).toBe(false);
    expect(comparePlans(plan, other)).toMatchObject({ hasSameShape: false, hasSameCosts: false });
  });
});
