import type { Finding, Progress } from "@streamgate/core";
import { fingerprint, loadModule } from "libpg-query";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { verifyAndGuard } from "../../src/verify/guard.ts";
import { observeWindows } from "../../src/verify/observe-windows.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { concurrentIndex, contextFor, fixOf } from "../apply/fixes.ts";

let server: TestPostgres;

const TARGET = "select count(*) from orders where customer = $1";
const OTHERS = [
  "select count(*) from items where id = $1",
  "select max(id) from items where id < $1",
];
const fix = fixOf(concurrentIndex("orders_customer", "public.orders (customer)"));

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`
    create table orders (id int primary key, customer int);
    insert into orders select i, i % 5000 from generate_series(1, 60000) i;
    create table items (id int);
    insert into items select generate_series(1, 3000);
    analyze orders; analyze items`);
  await loadModule();
});

afterAll(async () => {
  await server.stop();
});

/** Sends every statement in turn until it is told to stop. */
async function traffic(): Promise<{ stop(): Promise<void> }> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  let isOn = true;
  const running = (async () => {
    for (let call = 0; isOn; call += 1) {
      for (const sql of [TARGET, ...OTHERS]) await client.query(sql, [call % 3000]);
    }
  })();
  return {
    stop: async () => {
      isOn = false;
      await running;
      await client.end();
    },
  };
}

async function workload(): Promise<Workload> {
  const rows = await server.query<{ id: string; text: string }>(
    "select queryid::text as id, query as text from pg_stat_statements where query = any($1)",
    [[TARGET, ...OTHERS]],
  );
  const statements = await Promise.all(
    rows.map(async ({ id, text }) => ({
      fingerprint: await fingerprint(text),
      text,
      queryIds: [id],
      kind: "select" as const,
      calls: 100,
      totalMs: 100,
      meanMs: 1,
      rows: 100,
      relations: [{ schema: "public", name: text === TARGET ? "orders" : "items" }],
      parameterCount: 1,
      samples: [],
    })),
  );
  const window = { source: "counters since reset", from: null, to: "", durationMs: 1 } as const;
  return { window, statements, declined: [] };
}

async function finding(): Promise<Finding> {
  const affected = {
    fingerprint: await fingerprint(TARGET),
    text: TARGET,
    calls: 100,
    shareOfTime: 0.9,
    meanMs: 3,
    expectedMeanMs: 0.1,
  };
  return {
    id: "1",
    kind: "index/missing",
    subject: { database: "postgres", object: "public.orders" },
    severity: "high",
    summary: "orders lacks an index on customer",
    savedMsPerHour: 1,
    statements: [affected],
    evidence: [],
    fix,
  };
}

test("the effect of a real index is verified, and the guard reverts when it is the other way round", async () => {
  const running = await traffic();
  const context = contextFor();
  const watch = { connectionString: server.url(), totalMs: 1_500, windows: 5, context };
  const slow = await observeWindows(watch);
  await applyFix({ fix, connectionString: server.url(), context });
  const request = {
    finding: await finding(),
    fix,
    workload: await workload(),
    connectionString: server.url(),
    observeMs: 1_500,
    windows: 5,
    context,
    revert: () => revertFix({ fix, connectionString: server.url(), context }),
  };
  const good = await verifyAndGuard({ ...request, before: slow });
  expect(good.verification.explanation).toMatch(/measured against 2 untouched statements/);
  expect(good.verification.verdict).toBe("verified");
  expect(good.reverted).toBeNull();

  const fast = await observeWindows(watch);
  await server.query("drop index orders_customer");
  await server.query("create index orders_customer on orders (customer) where false");
  const harmful = await verifyAndGuard({
    ...request,
    before: fast,
    revert: async () => {
      await server.query("drop index orders_customer");
      return { appliedAt: "", durationMs: 0, steps: [] };
    },
  });
  await running.stop();
  expect(harmful.verification.verdict).toBe("harmful");
  expect(harmful.reverted).not.toBeNull();
  expect(await server.query("select to_regclass('orders_customer') as index")).toEqual([
    { index: null },
  ]);
});

test("a reset in the middle keeps the window with a warning, and counts no call twice", async () => {
  const running = await traffic();
  const heard: Progress[] = [];
  const context = contextFor({ onProgress: (said) => heard.push(said) });
  const watching = observeWindows({
    connectionString: server.url(),
    totalMs: 1_200,
    windows: 3,
    context,
  });
  await until(() => heard.some(({ done }) => done === 1));
  await server.query("select pg_stat_statements_reset()");
  const windows = await watching;
  await running.stop();
  expect(windows.length).toBe(3);
  expect(windows.flatMap(({ warnings }) => warnings).join()).toMatch(/reset/);
  expect(windows.every(({ counters }) => counters.every(({ calls }) => calls > 0))).toBe(true);
  expect(heard.at(-1)).toMatchObject({ done: 3, total: 3, unit: "windows" });
});

test("an abort returns the windows that are complete", async () => {
  const stop = new AbortController();
  const context = contextFor({
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done === 2) stop.abort();
    },
  });
  const windows = await observeWindows({
    connectionString: server.url(),
    totalMs: 2_000,
    windows: 10,
    context,
  });
  expect(windows.length).toBe(2);
});

test("a border that cannot be read costs its windows, and the next one says so", async () => {
  await server.createDatabase("flaky");
  const connectionString = server.url("flaky");
  const allow = (isOpen: boolean) =>
    server.query(`alter database flaky allow_connections ${isOpen}`);
  const changes: Promise<unknown>[] = [];
  const windows = await observeWindows({
    connectionString,
    totalMs: 2_400,
    windows: 6,
    context: contextFor({
      onProgress: ({ done }) => {
        if (done === 1) changes.push(allow(false));
        if (done === 3) changes.push(allow(true));
      },
    }),
  });
  await Promise.all(changes);
  expect(windows.length).toBe(3);
  expect(windows[1]?.warnings[0]).toMatch(/^The window before this one is missing/);
});

test("a database that is not there is said at once", async () => {
  await expect(
    observeWindows({
      connectionString: server.url("gone"),
      totalMs: 60_000,
      context: contextFor(),
    }),
  ).rejects.toMatchObject({ code: "SG_PG_NO_DATABASE" });
});

test("a time that cannot be is named", async () => {
  await expect(
    observeWindows({ connectionString: server.url(), totalMs: 0, context: contextFor() }),
  ).rejects.toMatchObject({ code: "SG_PG_BAD_OBSERVATION" });
});
