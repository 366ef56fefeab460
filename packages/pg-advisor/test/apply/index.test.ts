import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
  await server.query(`
    create table users (id int primary key, email text, status text, created_at timestamptz);
    insert into users select i, 'u' || i, case when i % 10 = 0 then 'open' else 'shut' end, now() from generate_series(1, 1000) i;
    create schema "Sales";
    create table "Sales"."Order Line" ("Id" int, "userId" int)`);
});

afterAll(async () => {
  await server.stop();
});

const request = (fix: ReturnType<typeof fixOf>) => ({
  fix,
  connectionString: server.url(),
  context: contextFor(),
});

async function indexes(like: string): Promise<readonly { name: string; isValid: boolean }[]> {
  return server.query<{ name: string; isValid: boolean }>(
    `select c.relname as name, i.indisvalid as "isValid" from pg_index i
       join pg_class c on c.oid = i.indexrelid where c.relname like $1 order by 1`,
    [like],
  );
}

test("an apply makes the index, a second finds it, a revert drops it, a second revert finds nothing", async () => {
  const fix = fixOf(concurrentIndex("users_email", "users (email)"));
  const first = await applyFix(request(fix));
  expect(first.steps).toMatchObject([{ outcome: "done", attempts: 1 }]);
  expect(await indexes("users_email")).toEqual([{ name: "users_email", isValid: true }]);
  expect((await applyFix(request(fix))).steps).toMatchObject([
    { outcome: "already there", attempts: 0 },
  ]);
  expect((await revertFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect(await indexes("users_email")).toEqual([]);
  expect((await revertFix(request(fix))).steps).toMatchObject([{ outcome: "already there" }]);
});

test("the server's own wording of a predicate is the same definition", async () => {
  const fix = fixOf(
    concurrentIndex(
      "users_open",
      "public.users using btree (lower(email) text_ops, created_at desc nulls first) include (id) where status in ('open', 'new')",
    ),
  );
  await applyFix(request(fix));
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "already there" }]);
});

test("names in mixed case with spaces work", async () => {
  const fix = fixOf(
    concurrentIndex('"Order Line_userId"', '"Sales"."Order Line" ("userId")', '"Sales"'),
  );
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "already there" }]);
  expect(await indexes("Order Line%")).toEqual([{ name: "Order Line_userId", isValid: true }]);
  expect((await revertFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
});

test("an index of the same name and another definition is refused, and nothing is touched", async () => {
  await server.query("create index users_taken on users (status)");
  const fix = fixOf(
    concurrentIndex("users_before", "users (created_at)"),
    concurrentIndex("users_taken", "users (email)"),
  );
  await expect(applyFix(request(fix))).rejects.toMatchObject({
    code: "SG_PG_INDEX_CONFLICT",
    happened: expect.stringContaining("(status)"),
  });
  await expect(revertFix(request(fix))).rejects.toMatchObject({ code: "SG_PG_INDEX_CONFLICT" });
  expect(await indexes("users_before")).toEqual([]);
  expect(await indexes("users_taken")).toEqual([{ name: "users_taken", isValid: true }]);
});

test("a table that bears the name is refused", async () => {
  await server.query("create table users_name (id int)");
  await expect(
    applyFix(request(fixOf(concurrentIndex("users_name", "users (email)")))),
  ).rejects.toMatchObject({ code: "SG_PG_INDEX_CONFLICT" });
});

test("a table that is not there is named", async () => {
  await expect(
    applyFix(request(fixOf(concurrentIndex("nowhere_id", "nowhere (id)")))),
  ).rejects.toMatchObject({
    code: "SG_PG_RELATION_MISSING",
    happened: expect.stringContaining('"nowhere"'),
  });
});

test("a setting, an index without a name and a text that does not parse are unsupported", async () => {
  const setting = {
    ...fixOf(),
    steps: [{ kind: "setting", name: "work_mem", value: "64MB", previousValue: "4MB" }],
  } as const;
  for (const fix of [
    setting,
    fixOf(concurrentIndex("", "users (email)")),
    fixOf(concurrentIndex("x", "users email")),
  ]) {
    await expect(applyFix(request(fix))).rejects.toMatchObject({ code: "SG_PG_FIX_UNSUPPORTED" });
  }
});

test("when a later step fails, what the earlier ones did is taken back", async () => {
  await server.query("create table doubles (id int); insert into doubles values (1), (1)");
  const unique = concurrentIndex("doubles_id", "doubles (id)");
  const fix = fixOf(concurrentIndex("users_first", "users (email)"), {
    ...unique,
    apply: unique.apply.replace("create index", "create unique index"),
  });
  await expect(applyFix(request(fix))).rejects.toMatchObject({
    code: "SG_PG_APPLY_NOT_UNIQUE",
    happened: expect.stringContaining("(id)=(1)"),
  });
  expect(await indexes("users_first")).toEqual([]);
  expect(await indexes("doubles_id")).toEqual([]);
});

test("an unused index is dropped, and its revert makes it again", async () => {
  await server.query("create index users_unused on users (status, id)");
  const fix = fixOf({
    kind: "sql",
    apply: "drop index concurrently public.users_unused",
    revert: "create index concurrently users_unused on public.users (status, id)",
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: false,
  });
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "already there" }]);
  expect((await revertFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect(await indexes("users_unused")).toEqual([{ name: "users_unused", isValid: true }]);
});

test("a bloated index is rebuilt in place", async () => {
  await server.query("create index users_bloated on users (created_at)");
  const fix = fixOf({
    kind: "sql",
    apply: "reindex index concurrently public.users_bloated",
    revert: "",
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: false,
  });
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect(await indexes("users_bloated%")).toEqual([{ name: "users_bloated", isValid: true }]);
});

test("a materialized view is indexed as a table is", async () => {
  await server.query("create materialized view open_users as select * from users");
  const fix = fixOf(concurrentIndex("open_users_email", "open_users (email)"));
  expect((await applyFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
  expect((await revertFix(request(fix))).steps).toMatchObject([{ outcome: "done" }]);
});

test("PostgreSQL 14 is served as 18 is", async () => {
  const old = await startTestPostgres({ major: 14, hasStatementCounters: false });
  await old.query("create table t (id int)");
  const fix = fixOf(concurrentIndex("t_id", "t (id)"));
  const wanted = { fix, connectionString: old.url(), context: contextFor() };
  expect((await applyFix(wanted)).steps).toMatchObject([{ outcome: "done" }]);
  expect((await applyFix(wanted)).steps).toMatchObject([{ outcome: "already there" }]);
  expect((await revertFix(wanted)).steps).toMatchObject([{ outcome: "done" }]);
  await old.stop();
});
