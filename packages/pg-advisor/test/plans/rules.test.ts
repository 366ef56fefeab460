import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { advisePlan } from "../../src/plans/advise-plan.ts";
import { readPlans } from "../../src/plans/read/read-plans.ts";

const AT = "2026-01-01T00:00:00.000Z";

function findingsOf(text: string) {
  return readPlans(text).flatMap((plan) =>
    advisePlan({ plan, at: AT }).findings.map(({ finding }) => finding),
  );
}

describe("a finding of a plan", () => {
  const compiled = (
    total: number,
    execution: number,
  ) => `Aggregate  (cost=0.00..9000.00 rows=1 width=4) (actual time=1.000..${execution - 1}.000 rows=1 loops=1)
  ->  Seq Scan on a  (cost=0.00..8000.00 rows=9 width=4) (actual time=1.000..2.000 rows=9 loops=1)
Planning Time: 0.100 ms
JIT:
  Functions: 20
  Options: Inlining true, Optimization true, Expressions true, Deforming true
  Timing: Generation 3.000 ms, Inlining 1.000 ms, Optimization 100.000 ms, Emission 50.000 ms, Total ${total}.000 ms
Execution Time: ${execution}.000 ms`;

  it("names compilation that takes most of the time, and not that which takes little", () => {
    const [finding] = findingsOf(compiled(154, 200));
    expect(finding).toMatchObject({ kind: "plan/jit", severity: "high" });
    expect(finding?.remedy).toMatch(/jit = off .* jit_above_cost = 18000/);
    expect(findingsOf(compiled(154, 5_000))).toEqual([]);
    expect(findingsOf(compiled(4, 8))).toEqual([]);
  });

  it("is measured where the statement ran, and estimated where it did not", () => {
    const rungs = (text: string) =>
      findingsOf(text).flatMap(({ evidence }) => evidence.map(({ rung }) => rung));
    const scan = "Seq Scan on a  (cost=0.00..8000.00 rows=9 width=4)";
    const filter = "  Filter: (x = 1)";
    expect(rungs(`${scan}\n${filter}`)).toEqual(["estimated", "estimated"]);
    const ran = `${scan} (actual time=1.000..90.000 rows=9 loops=1)\n${filter}\n  Rows Removed by Filter: 90000`;
    expect(new Set(rungs(ran))).toEqual(new Set(["measured"]));
  });

  it("keeps its id whatever the figures, and has another for another table", () => {
    const id = (table: string, removed: number) =>
      findingsOf(
        `Seq Scan on ${table}  (cost=0.00..8000.00 rows=9 width=4) (actual time=1.000..90.000 rows=9 loops=1)\n  Filter: (x = ${removed})\n  Rows Removed by Filter: ${removed}`,
      ).map((finding) => finding.id);
    expect(id("a", 50_000)).toHaveLength(1);
    expect(id("a", 50_000)).toEqual(id("a", 90_000));
    expect(id("a", 50_000)).not.toEqual(id("b", 50_000));
  });

  it("says how much time it is about, where it is known how often the statement runs", () => {
    const [plan] = readPlans(compiled(154, 200));
    if (plan === undefined) throw new Error("no plan");
    const { findings } = advisePlan({ plan, at: AT, callsPerHour: 10 });
    expect(findings[0]?.finding.savedMsPerHour).toBeCloseTo(1_990, 0);
  });
});

describe("a lock that another transaction holds", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({ hasStatementCounters: false });
    await postgres.query(
      "create table seats as select g as id, false as taken from generate_series(1, 100) g",
    );
  });
  afterAll(() => postgres.stop());

  it.each([
    ["select * from seats where id = 7 for update", "LockRows"],
    ["update seats set taken = true where id = 7", "ModifyTable"],
  ])("is found: %s", async (statement, node) => {
    const [holder, waiter] = [0, 1].map(() => new pg.Client({ connectionString: postgres.url() }));
    if (holder === undefined || waiter === undefined) throw new Error("no clients");
    await Promise.all([holder.connect(), waiter.connect()]);
    await holder.query("begin; select * from seats where id = 7 for update");
    const explained = waiter.query<{ readonly "QUERY PLAN": string }>(
      `explain (analyze, buffers) ${statement}`,
    );
    await until(async () => {
      const [row] = await postgres.query<{ readonly waits: boolean }>(
        "select count(*) > 0 as waits from pg_locks where not granted",
      );
      return row?.waits === true;
    });
    // Held for longer than the rule asks for, whatever the clock of this machine does meanwhile.
    await holder.query("select pg_sleep(0.4)");
    await holder.query("commit");
    const { rows } = await explained;
    await Promise.all([holder.end(), waiter.end()]);
    const [plan] = readPlans(rows.map((row) => row["QUERY PLAN"]).join("\n"));
    if (plan === undefined) throw new Error("no plan");
    const { findings } = advisePlan({ plan, at: AT });
    expect(findings.map(({ finding }) => finding.kind)).toEqual(["plan/lock-wait"]);
    const at = findings[0]?.nodeId;
    expect(at === 1 ? plan.root.nodeType : "").toBe(node);
  });
});
