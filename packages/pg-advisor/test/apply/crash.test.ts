import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { seededRandom } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { backOffMs } from "../../src/apply/back-off.ts";
import { concurrentIndex, contextFor, fixOf } from "./fixes.ts";

let server: TestPostgres;
const fix = fixOf(concurrentIndex("t_id", "t (id)"));

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

/** A transaction whose old snapshot keeps a concurrent build from ending. */
async function holdSnapshot(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  await client.query("begin isolation level repeatable read; select from other");
  return client;
}

async function builder(): Promise<number | null> {
  const [row] = await server.query<{ pid: number | null }>(
    "select max(pid) as pid from pg_stat_progress_create_index where phase = 'waiting for old snapshots'",
  );
  return row?.pid ?? null;
}

async function validity(): Promise<boolean | undefined> {
  const [row] = await server.query<{ valid: boolean }>(
    "select indisvalid as valid from pg_index where indexrelid = to_regclass('t_id')",
  );
  return row?.valid;
}

const request = () => ({
  fix,
  connectionString: server.url(),
  context: contextFor(),
  options: { pollMs: 20, firstBackOffMs: 50, lockTimeoutMs: 200 },
});

test("after a kill in the middle of the build the next apply removes the rest and succeeds", async () => {
  const reader = await holdSnapshot();
  const child = spawn(
    process.execPath,
    [
      "--conditions=source",
      "--import",
      "tsx",
      fileURLToPath(new URL("crash-child.ts", import.meta.url)),
      server.url(),
    ],
    { stdio: "inherit" },
  );
  await until(async () => (await builder()) !== null);
  child.kill("SIGKILL");
  // The server notices within seconds that nobody waits for the build.
  await until(async () => (await builder()) === null);
  expect(await validity()).toBe(false);
  await reader.end();
  expect((await applyFix(request())).steps).toMatchObject([{ outcome: "done", attempts: 1 }]);
  expect(await validity()).toBe(true);
});

test("when the server ends the connection in the middle, it connects again and cleans up", async () => {
  const reader = await holdSnapshot();
  const applying = applyFix(request());
  const failing = expect(applying).rejects.toMatchObject({ code: "SG_PG_APPLY_CONNECTION_LOST" });
  await until(async () => (await builder()) !== null);
  await server.query("select pg_terminate_backend($1)", [await builder()]);
  await failing;
  expect(await validity()).toBeUndefined();
  await reader.end();
});

test("when somebody cancels the build on the server, that is said", async () => {
  const reader = await holdSnapshot();
  const applying = applyFix(request());
  const failing = expect(applying).rejects.toMatchObject({ code: "SG_PG_APPLY_CANCELLED" });
  await until(async () => (await builder()) !== null);
  await server.query("select pg_cancel_backend($1)", [await builder()]);
  await failing;
  expect(await validity()).toBeUndefined();
  await reader.end();
});

test("a server that is not there is said before anything", async () => {
  const port = new URL(server.url()).port;
  const connectionString = server.url().replace(`:${port}/`, ":1/");
  await expect(applyFix({ ...request(), connectionString })).rejects.toMatchObject({
    code: "SG_PG_UNREACHABLE",
  });
});

test("the waits between tries double up to their limit, with at most half of it taken off at random", () => {
  const random = seededRandom(1);
  const options = { firstBackOffMs: 500, longestBackOffMs: 30_000 };
  for (let failures = 1; failures <= 40; failures += 1) {
    const whole = Math.min(500 * 2 ** (failures - 1), 30_000);
    const wait = backOffMs(failures, random, options);
    expect(wait).toBeGreaterThanOrEqual(whole / 2);
    expect(wait).toBeLessThanOrEqual(whole);
  }
});
