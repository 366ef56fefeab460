import { expect, test } from "vitest";
import { statementPlans } from "../../src/plans/statement-plans.ts";

const BY_SCAN = `Seq Scan on public.orders  (cost=0.00..1840.00 rows=30 width=40) (actual time=0.100..19.000 rows=1 loops=1)
  Filter: (status = 'secret'::text)
  Rows Removed by Filter: 59999`;
const BY_INDEX = `Index Scan using orders_status on public.orders  (cost=0.00..8.00 rows=30 width=40) (actual time=0.100..0.200 rows=1 loops=1)
  Index Cond: (status = 'secret'::text)`;

test("each plan says what is wrong with it and what changed since the one before, without values", () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const plans = statementPlans({
    proven: [
      { text: BY_INDEX, at: at(2), withFix: true },
      { text: BY_SCAN, at: at(1), withFix: false },
    ],
    kept: [],
    told: null,
    imagined: null,
  });
  expect(plans.map(({ source, changes }) => [source, changes])).toEqual([
    ["lab, with the fix", ["orders: Seq Scan → Index Scan using orders_status"]],
    ["lab", []],
  ]);
  expect(plans.map(({ problems }) => problems)).toEqual([
    [],
    ["Seq Scan on orders read 60,000 rows and threw 100 % of them away"],
  ]);
  expect(JSON.stringify(plans)).not.toContain("secret");
});

test("a plan that cannot be read in full is shown as far as it goes", () => {
  const [plan] = statementPlans({
    proven: [{ text: "Sort  (cost=0.00..1.00 rows=1 width=4)", at: new Date(0), withFix: false }],
    kept: [],
    told: null,
    imagined: null,
  });
  expect(plan).toMatchObject({ root: { operation: "Sort" }, problems: [], changes: [] });
});
