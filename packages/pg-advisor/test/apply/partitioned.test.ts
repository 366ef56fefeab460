import type { Fix, SqlStep } from "@streamgate/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});

beforeEach(async () => {
  await server.query(`
    drop table if exists events;
    create table events (id int, at date) partition by range (at);
    create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
    create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
    insert into events select i, date '2025-06-01' + i % 600 from generate_series(1, 500) i`);
});

afterAll(async () => {
  await server.stop();
});

const request = (fix: Fix) => ({ fix, connectionString: server.url(), context: contextFor() });

const parent: SqlStep = {
  kind: "sql",
  apply: "create index events_id on only public.events (id)",
  revert: "drop index concurrently if exists public.events_id",
  lock: "SHARE",
  isTransactional: true,
};

const attach = (child: string): SqlStep => ({
  kind: "sql",
  apply: `alter index public.events_id attach partition public.${child}`,
  revert: "",
  lock: "ACCESS EXCLUSIVE",
  isTransactional: true,
});

const fix = fixOf(
  parent,
  concurrentIndex("events_2025_id", "public.events_2025 (id)"),
  attach("events_2025_id"),
  concurrentIndex("events_2026_id", "public.events_2026 (id)"),
  attach("events_2026_id"),
);

async function indexNames(): Promise<string[]> {
  const rows = await server.query<{ name: string }>(
    `select c.relname || case when i.indisvalid then '' else ' (invalid)' end as name from pg_index i
       join pg_class c on c.oid = i.indexrelid where c.relname like 'events%' order by 1`,
  );
  return rows.map(({ name }) => name);
}

test("the parent's index is valid once each partition's is attached, and a second apply finds all", async () => {
  const application = await applyFix(request(fix));
  expect(application.steps.map(({ outcome }) => outcome)).toEqual(Array(5).fill("done"));
  expect(await indexNames()).toEqual(["events_2025_id", "events_2026_id", "events_id"]);
  const again = await applyFix(request(fix));
  expect(again.steps.map(({ outcome }) => outcome)).toEqual(Array(5).fill("already there"));
});

test("an apply that stopped half-way is finished by the next", async () => {
  await applyFix(request({ ...fix, steps: fix.steps.slice(0, 3) }));
  expect(await indexNames()).toEqual(["events_2025_id", "events_id (invalid)"]);
  const rest = await applyFix(request(fix));
  expect(rest.steps.map(({ outcome }) => outcome)).toEqual([
    "already there",
    "already there",
    "already there",
    "done",
    "done",
  ]);
  expect(await indexNames()).toEqual(["events_2025_id", "events_2026_id", "events_id"]);
});

test("a revert drops the parent's index and all that hang on it, also from half-way", async () => {
  for (const length of [5, 4, 3, 2, 1, 0]) {
    await applyFix(request({ ...fix, steps: fix.steps.slice(0, length) }));
    await revertFix(request(fix));
    expect(await indexNames()).toEqual([]);
  }
});

test("a failure in the last partition takes the whole back", async () => {
  await server.query("create index events_2026_other on events_2026 (at)");
  const wrong = fixOf(...(fix.steps.slice(0, 4) as SqlStep[]), attach("events_2026_other"));
  await expect(applyFix(request(wrong))).rejects.toMatchObject({ code: "SG_PG_APPLY_REFUSED" });
  expect(await indexNames()).toEqual(["events_2026_other"]);
});
