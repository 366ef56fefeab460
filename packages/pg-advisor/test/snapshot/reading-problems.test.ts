import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { readStatementCounters } from "../../src/snapshot/read-statement-counters.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`
    create table users (id int primary key, name text);
    create index on users (lower(name));
    insert into users select g, 'n' from generate_series(1, 100) as g;
    analyze users;
    create role blind login password 'b';
    grant pg_monitor to blind`);
});
afterAll(() => server.stop());

function urlOf(user: string, password: string, database = "postgres"): string {
  const url = new URL(server.url(database));
  url.username = user;
  url.password = password;
  return url.href;
}

test("pg_stat_statements that is not created here", async () => {
  const url = await server.createDatabase("plain");
  await server.query("drop extension pg_stat_statements", undefined, "plain");
  await expect(readSnapshot(url)).rejects.toMatchObject({
    code: "SG_PG_STATEMENTS_NOT_CREATED",
    happened: 'the extension is not created in the database "plain"',
    remedy: expect.stringContaining("create extension pg_stat_statements"),
  });
  const snapshot = await readSnapshot(url, { needsStatements: false });
  expect(snapshot.statements).toEqual([]);
  expect(snapshot.warnings).toEqual([expect.stringContaining("No statement counters")]);
});

test("pg_stat_statements whose library is not loaded, created or not", async () => {
  const plain = await startTestPostgres({ hasStatementCounters: false });
  try {
    for (const create of ["select 1", "create extension pg_stat_statements"]) {
      await plain.query(create);
      await expect(readStatementCounters(plain.url())).rejects.toMatchObject({
        code: "SG_PG_STATEMENTS_NOT_PRELOADED",
        remedy: expect.stringContaining(
          "alter system set shared_preload_libraries = 'pg_stat_statements'",
        ),
      });
    }
  } finally {
    await plain.stop();
  }
});

test("a role that may read no table sees no statistics", async () => {
  await expect(readSnapshot(urlOf("blind", "b"))).rejects.toMatchObject({
    code: "SG_PG_STATISTICS_HIDDEN",
    remedy: "as a superuser: grant pg_read_all_data to blind",
  });
});

test("a role that may read some tables is told which statistics it does not see", async () => {
  await server.query(`
    create table secret (id int);
    insert into secret select generate_series(1, 100); analyze secret;
    create role half login password 'h'; grant pg_monitor to half; grant select on users to half`);
  const snapshot = await readSnapshot(urlOf("half", "h"));
  expect(snapshot.warnings).toEqual([
    expect.stringMatching(
      /The statistics of public\.secret are hidden.* grant pg_read_all_data to half/,
    ),
  ]);
  await server.query("drop table secret");
});

test("row security that hides statistics is told", async () => {
  await server.query(`
    create table own (id int); alter table own enable row level security;
    insert into own select generate_series(1, 100); analyze own;
    create role guarded login password 'g'; grant pg_monitor, pg_read_all_data to guarded`);
  const snapshot = await readSnapshot(urlOf("guarded", "g"));
  expect(snapshot.warnings).toEqual([
    expect.stringMatching(
      /Row security hides the statistics of public\.own .*alter role guarded bypassrls/,
    ),
    expect.stringContaining("Row security policies guard public.own"),
  ]);
  await server.query("drop table own");
});

test("an owner of tables alone sees its extended statistics in part, and is told", async () => {
  const url = await server.createDatabase("shop");
  await server.query(
    `create role owner login password 'o'; grant pg_read_all_stats to owner;
     grant create on schema public to owner; set role owner;
     create table users (id int, name text);
     insert into users select g, 'n' from generate_series(1, 100) as g;
     create statistics together (mcv, ndistinct) on id, name from users;
     analyze users`,
    undefined,
    "shop",
  );
  const complete = await readSnapshot(url);
  const partial = await readSnapshot(urlOf("owner", "o", "shop"));
  const [whole] = complete.extendedStatistics;
  expect(whole?.mostCommonValues).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(whole?.ndistinct).toBe('{"1, 2": 100}');
  expect(partial.extendedStatistics).toEqual([{ ...whole, mostCommonValues: null }]);
  expect(partial.warnings).toEqual([
    expect.stringMatching(/public\.together are hidden .*grant pg_read_all_data to owner/),
  ]);
});

test("a table that somebody has locked ends the reading after the lock timeout", async () => {
  const other = new pg.Client({ connectionString: server.url() });
  await other.connect();
  await other.query("begin; lock table users in access exclusive mode");
  try {
    await expect(readSnapshot(server.url(), { lockTimeoutMs: 50 })).rejects.toMatchObject({
      code: "SG_PG_READ_LOCKED",
      happened: "another session held an exclusive lock for longer than 50 ms",
    });
  } finally {
    await other.end();
  }
});

test("a query that takes too long ends the reading", async () => {
  const other = new pg.Client({ connectionString: server.url() });
  await other.connect();
  await other.query("begin; lock table users in access exclusive mode");
  try {
    const reading = readSnapshot(server.url(), { lockTimeoutMs: 5_000, statementTimeoutMs: 100 });
    await expect(reading).rejects.toMatchObject({ code: "SG_PG_READ_TIMEOUT" });
  } finally {
    await other.end();
  }
});

test("an abort ends a reading that waits", async () => {
  const other = new pg.Client({ connectionString: server.url() });
  await other.connect();
  await other.query("begin; lock table users in access exclusive mode");
  try {
    const reading = readSnapshot(server.url(), {
      lockTimeoutMs: 20_000,
      signal: AbortSignal.timeout(100),
    });
    await expect(reading).rejects.toMatchObject({ code: "SG_PG_ABORTED" });
  } finally {
    await other.end();
  }
});

test("an abort before the start opens no connection", async () => {
  const reading = readSnapshot("postgresql://nowhere.invalid/x", { signal: AbortSignal.abort() });
  await expect(reading).rejects.toMatchObject({ code: "SG_PG_ABORTED" });
});
