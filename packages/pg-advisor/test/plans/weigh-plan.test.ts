import { describe, expect, it } from "vitest";
import { weighPlan } from "../../src/plans/costs/weigh-plan.ts";
import { readPlans } from "../../src/plans/read/read-plans.ts";

/** Own milliseconds of each node by its type and table, as `type table: ms`. */
function ownTimes(text: string): readonly string[] {
  const [plan] = readPlans(text);
  if (plan === undefined) return [];
  return weighPlan(plan).nodes.map(({ node, exclusiveMs }) => {
    const name = `${node.nodeType} ${node.relation ?? node.cteName ?? ""}`.trim();
    return `${name}: ${Number((exclusiveMs ?? 0).toFixed(3))}`;
  });
}

describe("the true cost of a node", () => {
  it("is its time in all loops without what is below it", () => {
    expect(
      ownTimes(`Nested Loop  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..50.000 rows=100 loops=1)
  ->  Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..5.000 rows=100 loops=1)
  ->  Index Scan using b_key on b  (cost=0.00..9.00 rows=9 width=4) (actual time=0.200..0.400 rows=1 loops=100)
        Index Cond: (id = a.id)`),
    ).toEqual(["Nested Loop: 5", "Seq Scan a: 5", "Index Scan b: 40"]);
  });

  it("is that of the clock where processes work side by side", () => {
    expect(
      ownTimes(`Gather  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..40.000 rows=300 loops=1)
  Workers Planned: 2
  Workers Launched: 2
  ->  Nested Loop  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..36.000 rows=100 loops=3)
        ->  Parallel Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..6.000 rows=100 loops=3)
        ->  Index Scan using b_key on b  (cost=0.00..9.00 rows=9 width=4) (actual time=0.100..0.200 rows=1 loops=300)
              Index Cond: (id = a.id)`),
    ).toEqual(["Gather: 4", "Nested Loop: 10", "Seq Scan a: 6", "Index Scan b: 20"]);
  });

  it("is not shared where one process did the work for all", () => {
    const [, , , index] =
      ownTimes(`Gather  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..40.000 rows=300 loops=1)
  ->  Parallel Bitmap Heap Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=9.000..30.000 rows=100 loops=3)
        Recheck Cond: (x = 1)
        ->  BitmapOr  (cost=0.00..9.00 rows=9 width=4) (actual time=9.000..9.000 rows=0 loops=1)
              ->  Bitmap Index Scan on a_x  (cost=0.00..9.00 rows=9 width=4) (actual time=5.000..5.000 rows=300 loops=1)
              ->  Bitmap Index Scan on a_y  (cost=0.00..9.00 rows=9 width=4) (actual time=3.000..3.000 rows=300 loops=1)`);
    expect(index).toBe("Bitmap Index Scan: 5");
  });

  it("leaves out a CTE where it was scanned, not where EXPLAIN lists it", () => {
    expect(
      ownTimes(`Hash Join  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..100.000 rows=9 loops=1)
  Hash Cond: (one.id = two.id)
  CTE c
    ->  Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..60.000 rows=9 loops=1)
  ->  CTE Scan on c one  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..75.000 rows=9 loops=1)
  ->  Hash  (cost=0.00..9.00 rows=9 width=4) (actual time=20.000..20.000 rows=9 loops=1)
        ->  CTE Scan on c two  (cost=0.00..9.00 rows=9 width=4) (actual time=0.000..15.000 rows=9 loops=1)`),
    ).toEqual(["Hash Join: 5", "Seq Scan a: 60", "CTE Scan c: 25", "Hash: 5", "CTE Scan c: 5"]);
  });

  it.each([
    ["$0", "InitPlan 1 (returns $0)"],
    ["(InitPlan 1).col1", "InitPlan 1"],
  ])("leaves out an InitPlan where its parameter %s was asked for", (parameter, label) => {
    expect(
      ownTimes(`Aggregate  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..100.000 rows=1 loops=1)
  ${label}
    ->  Seq Scan on b  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..40.000 rows=1 loops=1)
  ->  Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..90.000 rows=9 loops=1)
        Filter: (total > ${parameter})`),
    ).toEqual(["Aggregate: 10", "Seq Scan b: 40", "Seq Scan a: 50"]);
  });

  it("counts a SubPlan in every loop, and a node that never ran for nothing", () => {
    expect(
      ownTimes(`Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=1.000..90.000 rows=9 loops=1)
  Filter: (SubPlan 1)
  SubPlan 1
    ->  Index Scan using b_key on b  (cost=0.00..9.00 rows=9 width=4) (actual time=0.100..0.800 rows=9 loops=100)
  SubPlan 2
    ->  Seq Scan on c  (cost=0.00..9.00 rows=9 width=4) (never executed)`),
    ).toEqual(["Seq Scan a: 10", "Index Scan b: 80", "Seq Scan c: 0"]);
  });

  it("is a share of blocks where no time was taken, and of cost where nothing ran", () => {
    const [counted, planned] =
      readPlans(`Sort  (cost=9.00..10.00 rows=9 width=4) (actual rows=9 loops=1)
  Sort Key: x
  Buffers: shared hit=85 read=15
  ->  Seq Scan on a  (cost=0.00..6.00 rows=9 width=4) (actual rows=9 loops=1)
        Buffers: shared hit=80 read=15

Sort  (cost=9.00..10.00 rows=9 width=4)
  Sort Key: x
  ->  Seq Scan on a  (cost=0.00..6.00 rows=9 width=4)`).map(weighPlan);
    expect(counted?.basis).toBe("blocks");
    expect(counted?.nodes.map(({ share }) => share)).toEqual([0.05, 0.95]);
    expect(planned?.basis).toBe("cost");
    expect(planned?.nodes.map(({ share }) => share)).toEqual([0.4, 0.6]);
  });
});
