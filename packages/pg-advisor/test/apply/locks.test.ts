import type { Fix, Progress } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import type { ApplyOptions } from "../../src/apply/apply-options.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import type { RunContext } from "../../src/context.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

let server: TestPostgres;

const QUICK = {
  lockTimeoutMs: 100,
  firstBackOffMs: 50,
  longestBackOffMs: 100,
  pollMs: 20,
  cleanUpTimeoutMs: 300,
  cleanUpAttempts: 2,
} as const satisfies ApplyOptions;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});

beforeEach(async () => {
  await server.query(`
    drop table if exists t, other;
    create table t (id int);
    create table other (id int);
    insert into t select generate_series(1, 1000)`);
});

afterAll(async () => {
  await server.stop();
});

const fix = fixOf(concurrentIndex("t_id", "t (id)"));

const request = (
  options: ApplyOptions = {},
  changes: Partial<RunContext> = {},
  wanted: Fix = fix,
) => ({
  fix: wanted,
  connectionString: server.url(),
  context: contextFor(changes),
  options: { ...QUICK, ...options },
});

/** A transaction that has run `sql` and stays open until `end`. */
async function openTransaction(sql: string): Promise<{ end(): Promise<void> }> {
  const client = new pg.Client({ connectionString: server.url(), application_name: "holder" });
  await client.connect();
  await client.query(`begin; ${sql}`);
  return { end: () => client.end() };
}

async function state(): Promise<string | undefined> {
  const [row] = await server.query<{ state: string }>(
    `select coalesce((select case when indisvalid then 'valid' else 'invalid' end
       from pg_index where indexrelid = to_regclass('t_id')), 'none') as state`,
  );
  return row?.state;
}

async function phase(): Promise<string> {
  const [row] = await server.query<{ phase: string | null }>(
    "select max(phase) as phase from pg_stat_progress_create_index",
  );
  return row?.phase ?? "";
}

async function hasSomebodyWaitedMs(waitMs: number): Promise<boolean> {
  const [row] = await server.query<{ hasWaited: boolean }>(
    `select exists (select from pg_locks where not granted
       and waitstart < clock_timestamp() - $1 * interval '1 ms') as "hasWaited"`,
    [waitMs],
  );
  return row?.hasWaited === true;
}

test("while a transaction holds the table's lock it tries again, and builds once the lock is free", async () => {
  const holder = await openTransaction("lock table t in share row exclusive mode");
  const heard: Progress[] = [];
  const applying = applyFix(request({ attempts: 100 }, { onProgress: (said) => heard.push(said) }));
  await until(() => heard.filter(({ unit }) => unit === "attempts").length >= 2);
  await holder.end();
  const [step] = (await applying).steps;
  expect(step?.attempts).toBeGreaterThan(2);
  expect(await state()).toBe("valid");
  expect(heard.some(({ activity }) => activity.includes("(holder)"))).toBe(true);
});

test("after the last try it gives up, says who held the lock, and leaves nothing", async () => {
  const holder = await openTransaction("lock table t in share row exclusive mode");
  await expect(applyFix(request({ attempts: 3 }))).rejects.toMatchObject({
    code: "SG_PG_APPLY_LOCKED",
    happened: expect.stringMatching(/3 tries.*\(holder\) idle in transaction/),
  });
  expect(await state()).toBe("none");
  await holder.end();
});

test("a build that has begun is not given up for a writer that ends later than the lock timeout", async () => {
  const writer = await openTransaction("insert into t values (0)");
  const applying = applyFix(request());
  await until(async () => (await phase()) === "waiting for writers before build");
  await until(() => hasSomebodyWaitedMs(3 * QUICK.lockTimeoutMs));
  await writer.end();
  expect((await applying).steps).toMatchObject([{ outcome: "done", attempts: 1 }]);
});

test("an abort in the middle leaves no invalid index", async () => {
  const reader = await openTransaction(
    "set transaction isolation level repeatable read; select from other",
  );
  const stop = new AbortController();
  const applying = applyFix(request({}, { signal: stop.signal }));
  await until(async () => (await phase()) === "waiting for old snapshots");
  expect(await state()).toBe("invalid");
  stop.abort();
  await expect(applying).rejects.toMatchObject({ code: "SG_PG_APPLY_ABORTED" });
  expect(await state()).toBe("none");
  await reader.end();
});

test("what an abort cannot remove is said with its SQL, and the next apply removes it", async () => {
  const writer = await openTransaction("insert into t values (0)");
  const stop = new AbortController();
  const applying = applyFix(request({}, { signal: stop.signal }));
  await until(async () => (await phase()) === "waiting for writers before build");
  stop.abort();
  await expect(applying).rejects.toMatchObject({
    code: "SG_PG_APPLY_ABORTED",
    remedy: expect.stringContaining("drop index concurrently if exists public.t_id"),
  });
  expect(await state()).toBe("invalid");
  await writer.end();
  expect((await applyFix(request())).steps).toMatchObject([{ outcome: "done" }]);
  expect(await state()).toBe("valid");
});

test("the deadline ends a build as an abort does", async () => {
  const reader = await openTransaction(
    "set transaction isolation level repeatable read; select from other",
  );
  await expect(applyFix(request({ deadlineMs: 400 }))).rejects.toMatchObject({
    code: "SG_PG_APPLY_DEADLINE",
  });
  expect(await state()).toBe("none");
  await reader.end();
});

test("of two at once one builds, and the other finds the index there", async () => {
  const both = await Promise.all([applyFix(request()), applyFix(request())]);
  expect(both.flatMap(({ steps }) => steps.map(({ outcome }) => outcome)).sort()).toEqual([
    "already there",
    "done",
  ]);
});

test("four indexes on one table at once are built one after the other", async () => {
  const names = ["t_one", "t_two", "t_three", "t_four"];
  const all = await Promise.all(
    names.map((name) => applyFix(request({}, {}, fixOf(concurrentIndex(name, "t (id)"))))),
  );
  expect(all.flatMap(({ steps }) => steps)).toMatchObject(
    names.map(() => ({ outcome: "done", attempts: 1 })),
  );
});

test("somebody else's build of the same index is waited for", async () => {
  const reader = await openTransaction(
    "set transaction isolation level repeatable read; select from other",
  );
  const theirs = server.query("create index concurrently t_id on t (id)");
  await until(async () => (await phase()) === "waiting for old snapshots");
  const heard: Progress[] = [];
  const applying = applyFix(request({}, { onProgress: (said) => heard.push(said) }));
  await until(() => heard.some(({ activity }) => activity.includes("which builds public.t_id")));
  await reader.end();
  await theirs;
  expect((await applying).steps).toMatchObject([{ outcome: "already there" }]);
});

test("a revert waits for its lock with retries, and gives up with the SQL of the rest", async () => {
  await applyFix(request());
  const holder = await openTransaction("lock table t in share row exclusive mode");
  await expect(revertFix(request({ attempts: 2 }))).rejects.toMatchObject({
    code: "SG_PG_APPLY_LOCKED",
    remedy: expect.stringContaining("drop index concurrently if exists public.t_id"),
  });
  expect(await state()).toBe("valid");
  await holder.end();
  await revertFix(request());
  expect(await state()).toBe("none");
});

test("a context that is aborted from the start touches nothing", async () => {
  await expect(applyFix(request({}, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: "SG_PG_APPLY_ABORTED",
  });
  expect(await state()).toBe("none");
});

test("an option that cannot be is named", async () => {
  await expect(applyFix(request({ attempts: 0 }))).rejects.toMatchObject({
    code: "SG_PG_BAD_APPLY_OPTION",
    tried: expect.stringContaining("attempts = 0"),
  });
});
