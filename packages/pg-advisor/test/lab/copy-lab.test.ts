import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { proveFinding } from "../../src/proof/prove-finding.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { findingOf, sqlStep, statementOf, testContext, workloadOf } from "../proof/scenario.ts";
import { type LabFolder, makeLabFolder, SHARED_FOLDER } from "./lab-folder.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let folder: LabFolder;
const labs: Lab[] = [];

const SCHEMA = `
  create extension citext;
  create schema "Shop";
  create type "Shop".mood as enum ('glad', 'sad');
  create table "Shop"."Users" (
    id bigint generated always as identity primary key,
    email citext unique, mood "Shop".mood, profile jsonb, picture bytea,
    doubled bigint generated always as (big * 2) stored, big bigint, at timestamptz default now());
  insert into "Shop"."Users" (email, mood, profile, picture, big)
    select 'u' || i || E'@\\u00e9xample.org', case when i % 2 = 0 then 'glad' else 'sad' end::"Shop".mood,
           jsonb_build_object('a', i, 'b', E'tab\\there'), decode('00ff0a', 'hex'), i
      from generate_series(1, 2000) i;
  create table "Shop".orders (
    id bigint primary key, user_id bigint references "Shop"."Users", total numeric(10,2), note text);
  insert into "Shop".orders
    select i, 1 + (i::bigint * 7919) % 2000, i / 3.0, case when i % 5 = 0 then null else E'a\\nb' end
      from generate_series(1, 100000) i;
  alter table "Shop".orders alter note set statistics 500;
  create table "Shop".visits (user_id bigint, at int, primary key (user_id, at)) partition by range (at);
  create table "Shop".visits_a partition of "Shop".visits for values from (0) to (500);
  create table "Shop".visits_b partition of "Shop".visits for values from (500) to (1000);
  insert into "Shop".visits select i, i % 1000 from generate_series(1, 20000) i;
  create index on "Shop".visits (at);
  create table "Shop".empty (id int);
  create view "Shop".spending as select user_id, sum(total) as spent from "Shop".orders group by user_id;
  create materialized view "Shop".best as select user_id, count(*) as orders from "Shop".orders group by user_id`;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
  await postgres.query("alter system set random_page_cost = 1.25");
  await postgres.query("alter system set work_mem = '7MB'");
  await postgres.query("select pg_reload_conf()");
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url());
});

beforeEach(async () => {
  folder = await makeLabFolder();
});

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
  await folder.remove();
});

afterAll(() => postgres.stop());

async function copyLab(
  names: readonly string[],
  more: Partial<Parameters<typeof createLabCopy>[0]> = {},
): Promise<Lab> {
  const lab = await createLabCopy({
    source: postgres.url(),
    snapshot,
    tables: names.map((name) => ({ schema: "Shop", name })),
    folder: folder.lab,
    sharedFolder: SHARED_FOLDER,
    context: testContext(),
    ...more,
  });
  labs.push(lab);
  return lab;
}

async function query(lab: Lab, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: lab.connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function withoutCosts(rows: readonly unknown[]): string {
  return JSON.stringify(rows).replace(/cost=[\d.]+/g, "");
}

const CHECKSUMS = `
  select (select md5(string_agg(u::text, '|' order by id)) from "Shop"."Users" u) as users,
         (select md5(string_agg(o::text, '|' order by id)) from "Shop".orders o) as orders,
         (select md5(string_agg(v::text, '|' order by user_id)) from "Shop".visits v) as visits`;

test("a whole copy holds every value of every type", async () => {
  const lab = await copyLab(["Users", "orders", "visits", "empty"]);

  expect(await query(lab, CHECKSUMS)).toEqual(await postgres.query(CHECKSUMS));
  const { tables, kind, serverVersion } = lab.description;
  expect(kind).toBe("copy");
  expect(serverVersion).toMatch(/^18/);
  expect(tables.toSorted((left, right) => (left.table < right.table ? -1 : 1))).toEqual([
    { table: '"Shop"."Users"', rows: 2_000, share: 1 },
    { table: '"Shop".empty', rows: 0, share: 1 },
    { table: '"Shop".orders', rows: 100_000, share: 1 },
    { table: '"Shop".visits', rows: 20_000, share: 1 },
  ]);
  expect(lab.skipped).toEqual([]);
});

test("the lab plans as the watched server does", async () => {
  const lab = await copyLab(["Users", "orders"]);
  const explain = `explain select * from "Shop".orders o join "Shop"."Users" u on u.id = o.user_id where u.big = 7 and o.total > 5 order by o.total`;

  expect(await query(lab, "show random_page_cost")).toEqual([{ random_page_cost: "1.25" }]);
  expect(await query(lab, "show work_mem")).toEqual([{ work_mem: "7MB" }]);
  expect(withoutCosts(await query(lab, explain))).toEqual(
    withoutCosts(await postgres.query(explain)),
  );
  const [note] = await query(
    lab,
    "select attstattarget from pg_attribute where attrelid = '\"Shop\".orders'::regclass and attname = 'note'",
  );
  expect(note?.attstattarget).toBe(500);
});

test("only the tables concerned are copied, with what views are made of", async () => {
  const lab = await copyLab(["spending", "best"]);

  const tables = lab.description.tables.map(({ table }) => table);
  expect(tables).toEqual(['"Shop".orders']);
  const count = 'select count(*)::int as rows from "Shop".best';
  expect(await query(lab, count)).toEqual(await postgres.query(count));
  expect((await query(lab, 'select spent from "Shop".spending where user_id = 5')).length).toBe(1);
});

test("a proof runs on a copy of a server without pg_stat_statements, and the lab is gone after it", async () => {
  const lab = await copyLab(["orders"]);
  const relations = [{ schema: "Shop", name: "orders" }];
  const slow = await statementOf('select * from "Shop".orders where user_id = $1', relations, [
    ["1"],
  ]);

  const proof = await proveFinding({
    finding: findingOf(
      '"Shop".orders',
      [slow],
      sqlStep(
        'CREATE INDEX CONCURRENTLY orders_user_idx ON "Shop".orders (user_id)',
        'DROP INDEX CONCURRENTLY "Shop".orders_user_idx',
      ),
    ),
    workload: workloadOf(slow),
    snapshot,
    lab,
    context: testContext(),
    options: { rounds: 6 },
  });

  expect(proof.verdict).toBe("proven");
  expect(proof.lab.kind).toBe("copy");
  expect(await query(lab, "show shared_preload_libraries")).toEqual([
    { shared_preload_libraries: "" },
  ]);
});

test("nothing is written on the source", async () => {
  const written =
    "select sum(n_tup_ins + n_tup_upd + n_tup_del)::int as rows, pg_current_wal_lsn() as wal from pg_stat_user_tables";
  await postgres.query("select pg_stat_force_next_flush()");
  await postgres.query("checkpoint");
  const [before] = await postgres.query(written);

  await copyLab(["Users", "orders"], { maxRows: 20_000 });

  const [after] = await postgres.query(written);
  expect(after?.rows).toBe(before?.rows);
});

test("progress is told in bytes with a total", async () => {
  const seen: string[] = [];
  const context = {
    ...testContext(),
    onProgress: (progress: { activity: string; unit: string; total?: number }) => {
      seen.push(`${progress.activity} ${progress.unit} ${progress.total !== undefined}`);
    },
  };

  await copyLab(["orders"], { context });

  expect(seen).toContain('copying "Shop".orders bytes true');
  expect(seen).toContain('analysing "Shop".orders tables true');
});
