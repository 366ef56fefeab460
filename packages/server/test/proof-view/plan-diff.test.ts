import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDiff } from "../../src/proof-view/plan-diff.ts";
import { planNodes } from "../../src/proof-view/plan-tree.ts";
import { planWithoutLiterals, withoutLiterals } from "../../src/proof-view/without-literals.ts";

const BEFORE = `Limit  (cost=1980.85..1980.88 rows=10 width=97) (actual time=22.5..22.6 rows=10 loops=1)
  Buffers: shared hit=810 read=24
  ->  Sort  (cost=1980.85..1981.10 rows=100 width=97) (actual time=22.5..22.5 rows=10 loops=1)
        Sort Key: o.created_at DESC
        Sort Method: top-N heapsort  Memory: 27kB
        ->  Hash Join  (cost=8.17..1978.69 rows=100 width=97) (actual rows=96 loops=1)
              Hash Cond: (o.user_id = u.id)
              ->  Seq Scan on orders o  (cost=0.00..1834.00 rows=60000 width=97) (actual time=0.01..15.2 rows=60000 loops=2)
                    Filter: ((state = 'paid to ''Ann''s''::text'::text) AND (total > 12.50))
                    Rows Removed by Filter: 3
              ->  Hash  (cost=8.16..8.16 rows=1 width=4) (never executed)
                    ->  Index Only Scan using users_pkey on users u  (cost=0.29..8.16 rows=1 width=4) (never executed)
                          Index Cond: (id = 7)
Planning:
  Buffers: shared hit=12
Planning Time: 0.2 ms
Execution Time: 22.8 ms`;

const AFTER = `Limit  (cost=0.42..33.10 rows=10 width=97)
  ->  Nested Loop  (cost=0.42..330.10 rows=100 width=97)
        ->  Index Only Scan using users_pkey on users u  (cost=0.29..8.16 rows=1 width=4)
              Index Cond: (id = 7)
        ->  Index Scan Backward using orders_user_id_created_at on orders o  (cost=0.42..320.00 rows=100 width=97)
              Index Cond: (user_id = 7)`;

describe("a plan's nodes", () => {
  test("are read with their depth, figures and conditions, and nothing of what follows them", () => {
    const nodes = planNodes(BEFORE);
    expect(nodes.map(({ depth, node }) => [depth, node.operation])).toEqual([
      [0, "Limit"],
      [1, "Sort"],
      [2, "Hash Join"],
      [3, "Seq Scan"],
      [3, "Hash"],
      [4, "Index Only Scan"],
    ]);
    expect(nodes[0]?.node).toEqual({
      operation: "Limit",
      detail: "",
      cost: 1980.88,
      rows: 10,
      actualMs: 22.6,
      actualRows: 10,
      buffers: 834,
    });
    expect(nodes[3]?.node).toMatchObject({ actualMs: 30.4, actualRows: 120_000 });
    expect(nodes[5]?.node).toMatchObject({
      actualRows: 0,
      detail: "using users_pkey on users u · Index Cond: (id = ?)",
    });
  });

  test("show no value of a condition", () => {
    expect(planNodes(BEFORE)[3]?.node.detail).toBe(
      "on orders o · Filter: ((state = ?::text) AND (total > ?))",
    );
    expect(
      withoutLiterals(
        "((a1.b_2 = $1) AND (c = '{1,2}'::int[]) AND (d < -3.5e7) AND (e)::numeric(10,2) > 1)",
      ),
    ).toBe("((a1.b_2 = $1) AND (c = ?::int[]) AND (d < ?) AND (e)::numeric(?,?) > ?)");
  });

  test("show no value that goes over several lines", () => {
    const plan = `Seq Scan on notes  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (note = 'dear Ann\n  call 555 1234'::text)\n  Rows Removed by Filter: 8`;
    expect(planWithoutLiterals(plan)).toBe(
      "Seq Scan on notes  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (note = ?::text)\n  Rows Removed by Filter: 8",
    );
  });

  test("of what is no plan are none", () => {
    expect(planNodes("")).toEqual([]);
    expect(planNodes("ERROR: nothing to see\n  ->  really")).toEqual([]);
  });
});

describe("two plans side by side", () => {
  test("are paired where they do the same work", () => {
    const rows = planDiff(BEFORE, AFTER);
    expect(
      rows.map(({ change, before, after }) => [
        change,
        before?.operation ?? null,
        after?.operation ?? null,
      ]),
    ).toEqual(
      [
        ["changed", "Limit", "Limit"],
        ["gone", "Sort", null],
        ["changed", "Hash Join", "Nested Loop"],
        ["gone", "Seq Scan", null],
        ["gone", "Hash", null],
        ["same", "Index Only Scan", "Index Only Scan"],
        ["new", null, "Index Scan Backward"],
      ].map(([change, ...rest]) => (rest[0] === "Limit" ? ["same", ...rest] : [change, ...rest])),
    );
  });

  const operations = fc.constantFrom(
    "Seq Scan on a",
    "Index Scan using i on a",
    "Seq Scan on b",
    "Hash Join",
    "Sort",
    "Hash",
    "Limit",
  );
  const plans = fc
    .array(fc.tuple(operations, fc.nat(3)), { minLength: 1, maxLength: 12 })
    .map((nodes) => {
      let depth = 0;
      return nodes
        .map(([name, step], index) => {
          depth = index === 0 ? 0 : Math.max(1, Math.min(depth + 1, step + 1));
          return `${" ".repeat(index === 0 ? 0 : depth * 6 - 4)}${index === 0 ? "" : "->  "}${name}  (cost=0.00..1.00 rows=1 width=4)`;
        })
        .join("\n");
    });

  test("keep every node of both, in order", () => {
    fc.assert(
      fc.property(plans, plans, (before, after) => {
        const rows = planDiff(before, after);
        expect(rows.flatMap((row) => row.before ?? [])).toEqual(
          planNodes(before).map(({ node }) => node),
        );
        expect(rows.flatMap((row) => row.after ?? [])).toEqual(
          planNodes(after).map(({ node }) => node),
        );
      }),
    );
  });

  test("are the same in every row where they are the same", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(planDiff(plan, plan).every(({ change }) => change === "same")).toBe(true);
      }),
    );
  });
});
