import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { indexesUsed } from "../../src/plans/walk-plan.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { workloadFromSql } from "../../src/workload/workload-from-file.ts";
import { openTwin } from "../choice/open-twin.ts";

const SCHEMA = `
create extension pg_trgm;
create table parts (id int primary key, brand text, container text, label text);
create table lines (id int primary key, part int, quantity numeric, price numeric, note text);
create table jobs (id int primary key, owner int, state text, done_at timestamp, mail text, tags text[], payload jsonb, made_at timestamp, note text);
insert into parts select g, 'Brand#' || g % 25, 'BOX' || g % 40, repeat('l', 50) from generate_series(1, 4000) g;
insert into lines select g, g % 4000 + 1, g % 50, g, repeat('n', 90) from generate_series(1, 60000) g;
insert into jobs select g, g % 300, case when g % 100 = 0 then 'open' else 'closed' end, case when g % 60 > 0 then now() end, 'User' || g || '@example.org',
  array['t' || g % 400, 'u' || g % 900], jsonb_build_object('kind', g % 700), '2024-01-01'::timestamp + g * interval '10 minutes', md5(g::text) || repeat('x', 60) from generate_series(1, 30000) g;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
let twin: Twin;
beforeAll(async () => {
  postgres = await startTestPostgres({
    hasStatementCounters: false,
    settings: { autovacuum: "off" },
  });
  await postgres.query(SCHEMA);
  await postgres.query("vacuum (freeze, analyze)");
  await postgres.query("vacuum (freeze)");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  twin = await openTwin(snapshot);
});
afterAll(async () => {
  await twin?.close();
  await postgres?.stop();
});

/** How much of the statement's cost is left with each candidate whose plan uses it. */
async function sharesLeft(file: string): Promise<ReadonlyMap<string, number>> {
  const workload = await workloadFromSql(file, {
    snapshot,
    whatIf: twin,
    random: seededRandom(1),
  });
  const [statement] = workload.statements;
  const sample = statement?.samples[0];
  if (statement === undefined || sample === undefined) throw new Error("the file has no statement");
  const { candidates } = generateCandidates(workload, snapshot);
  await twin.define(candidates);
  const before = await twin.plan(statement.text, sample, { present: [], absent: [] });
  const shares = new Map<string, number>();
  for (const { id, definition } of candidates) {
    const plan = await twin.plan(statement.text, sample, { present: [id], absent: [] });
    if (indexesUsed(plan).some(({ name }) => name === id)) {
      shares.set(
        describeDefinition(definition).replace(/^public\.\w+ /, ""),
        plan.totalCost / before.totalCost,
      );
    }
  }
  return shares;
}

describe("the planner uses", () => {
  it("the covering index for a correlated average, and nothing else comes near it", async () => {
    const shares = await sharesLeft(
      `select sum(l.price) from lines l join parts p on p.id = l.part where p.brand = 'Brand#3' and p.container = 'BOX3'
         and l.quantity < (select 0.2 * avg(i.quantity) from lines i where i.part = p.id);`,
    );
    const covering = shares.get("(part) INCLUDE (price, quantity)") ?? 1;
    expect(covering).toBeLessThan(0.3);
    expect(covering).toBeLessThan((shares.get("(part)") ?? 1) / 2);
  });

  it.each<[string, string, number]>([
    [
      "-- calls: 50\nselect * from jobs where state = 'open' and owner = 7 order by made_at;",
      "(owner, made_at) WHERE state = 'open'",
      0.05,
    ],
    [
      "-- calls: 50\nselect * from jobs where done_at is null and owner = 7;",
      "(owner) WHERE done_at IS NULL",
      0.05,
    ],
    ["select * from jobs where lower(mail) = 'user77@example.org';", "((lower(mail)))", 0.3],
    [
      "-- calls: 9\nselect * from jobs where payload ->> 'kind' = '5';",
      "((payload ->> 'kind'))",
      0.3,
    ],
    ["select * from jobs where made_at::date = '2024-02-01';", "((made_at::date))", 0.3],
  ])("%s: %s", async (file, index, atMost) => {
    expect((await sharesLeft(file)).get(index)).toBeLessThan(atMost);
  });

  it.each<[string, string]>([
    ["select * from jobs where tags @> array['t7'];", "USING gin (tags)"],
    [`select * from jobs where payload @> '{"kind": 7}';`, "USING gin (payload jsonb_path_ops)"],
    ["select * from jobs where note like '%abc123%';", "USING gin (note public.gin_trgm_ops)"],
    ["select * from jobs where note = 'abc';", "USING hash (note)"],
  ])("%s: %s", async (file, index) => {
    expect([...(await sharesLeft(file)).keys()]).toContain(index);
  });
});
