import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Candidate } from "../../src/candidates/candidate.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

const TABLE = `
create table users as
select i as id, 'User' || i || '@Mail.example' as email, timestamp '2025-01-01' + i * interval '4 minutes' as at,
       jsonb_build_object('plan', 'p' || i % 8) as settings, repeat('-', 100) as filling
from generate_series(1, 40000) as i`;

const CASES = [
  {
    id: "c_lower",
    expression: "lower(email)",
    statement: "select * from users where lower(email) = 'user77@mail.example'",
  },
  {
    id: "c_day",
    expression: "at::date",
    statement: "select * from users where at::date = '2025-02-03'",
  },
  {
    id: "c_plan",
    expression: "settings ->> 'plan'",
    statement: "select * from users where settings ->> 'plan' = 'p3'",
  },
] as const;

function candidateOf({ id, expression }: (typeof CASES)[number]): Candidate {
  return {
    id,
    definition: {
      table: { schema: "public", name: "users" },
      method: "btree",
      keys: [{ column: null, expression, operatorClass: null, direction: "asc", nulls: "last" }],
      include: [],
      predicate: null,
      options: [],
    },
    fingerprints: [],
    origin: "a test",
  };
}

describe("an index on an expression that nobody gathered statistics of", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
    await postgres.query(TABLE);
    await postgres.query("vacuum analyze");
  });
  afterAll(() => postgres.stop());

  it("is planned with about the rows that the real index finds after ANALYZE", async () => {
    const rows = await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      await twin.define(CASES.map(candidateOf));
      const plans: PlanNode[] = [];
      for (const { id, statement } of CASES) {
        plans.push(await twin.plan(statement, "generic", { present: [id], absent: [] }));
      }
      return plans.map((plan) => plan.rows);
    });
    for (const { id, expression } of CASES)
      await postgres.query(`create index ${id} on users ((${expression}))`);
    await postgres.query("analyze");
    for (const [position, { statement }] of CASES.entries()) {
      const [plan] = await postgres.query<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(
        `explain (format json) ${statement}`,
      );
      const real = plan?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0;
      expect((rows[position] ?? 0) / real, statement).toBeGreaterThan(0.8);
      expect((rows[position] ?? 0) / real, statement).toBeLessThan(1.25);
    }
  });
});
