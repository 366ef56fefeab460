import { expect, test } from "vitest";
import { outlineLines } from "../../src/report/plan-outline.ts";

const PLAN = `Limit  (cost=0.85..30.12 rows=20 width=64) (actual time=0.031..0.188 rows=20.00 loops=1)
  Buffers: shared hit=92
  ->  Nested Loop  (cost=0.85..880.10 rows=601 width=64) (actual time=0.030..0.183 rows=20.00 loops=1)
        ->  Index Scan using a_key on a  (cost=0.42..52.10 rows=601 width=8) (actual time=0.011..0.020 rows=20.00 loops=1)
              Index Cond: (x = 7)
        ->  Memoize  (cost=0.43..1.40 rows=1 width=56) (actual time=0.007..0.007 rows=1.00 loops=20)
              ->  Index Scan using b_pkey on b  (cost=0.42..1.39 rows=1 width=56) (never executed)
Planning Time: 0.3 ms
Execution Time: 0.2 ms`;

test("a plan becomes its nodes, indented, with their rows", () => {
  expect(outlineLines(PLAN)).toEqual([
    "Limit  20 rows",
    "  Nested Loop  20 rows",
    "    Index Scan using a_key on a  20 rows",
    "    Memoize  1 row × 20",
    "      Index Scan using b_pkey on b",
  ]);
});

test("a long plan is cut, and says by how much", () => {
  expect(outlineLines(PLAN, 2)).toEqual(["Limit  20 rows", "  Nested Loop  20 rows", "… 3 more"]);
});

test("what is no plan has no outline", () => {
  expect(outlineLines("nothing of the kind")).toEqual([]);
});
