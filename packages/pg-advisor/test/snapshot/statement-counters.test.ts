import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type PostgresMajor,
  startTestPostgres,
  type TestPostgres,
} from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { readStatementCounters } from "../../src/snapshot/read-statement-counters.ts";
import { differenceOf } from "../../src/snapshot/statement-window.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`
    create table users (id int primary key);
    create role ann login password 'a'; create role bob login password 'b';
    create role watcher login password 'w'; create role blind login password 'x';
    grant pg_monitor, pg_read_all_data to watcher;
    grant select on users to ann, bob`);
});
afterAll(() => server.stop());
beforeEach(() => server.query("select pg_stat_statements_reset()"));

function urlOf(user: string, password: string, database = "postgres"): string {
  const url = new URL(server.url(database));
  url.username = user;
  url.password = password;
  return url.href;
}

async function run(url: string, sql: string, times: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let call = 0; call < times; call += 1) await client.query(sql);
  await client.end();
}

const COUNT = "select count(*) from users where id > 7";
const isCount = ({ text }: { readonly text: string }): boolean =>
  text === "select count(*) from users where id > $1";

test("the calls of all users of this database are one statement, those of other databases none", async () => {
  const other = await server.createDatabase("other");
  await server.query("create table users (id int)", undefined, "other");
  await run(urlOf("ann", "a"), COUNT, 3);
  await run(urlOf("bob", "b"), COUNT, 2);
  await run(other, COUNT, 4);
  const { counters } = await readStatementCounters(urlOf("watcher", "w"));
  expect(counters.filter(isCount)).toEqual([
    expect.objectContaining({ calls: 5, rows: 5, queryId: expect.stringMatching(/^-?\d+$/) }),
  ]);
});

test("a window between two readings holds what ran between them", async () => {
  await run(urlOf("ann", "a"), COUNT, 3);
  const before = await readStatementCounters(server.url(), { withTexts: false });
  await run(urlOf("bob", "b"), COUNT, 4);
  const after = await readStatementCounters(server.url());
  const window = differenceOf(before, after);
  expect(window.counters.filter(isCount)).toEqual([expect.objectContaining({ calls: 4 })]);
  expect(window.warnings).toEqual([]);
  expect(window.durationMs).toBeGreaterThan(0);
});

test("a reset between two readings is noticed", async () => {
  await run(server.url(), COUNT, 3);
  const before = await readStatementCounters(server.url());
  await server.query("select pg_stat_statements_reset()");
  await run(server.url(), COUNT, 2);
  const window = differenceOf(before, await readStatementCounters(server.url()));
  expect(window.counters.filter(isCount)).toEqual([expect.objectContaining({ calls: 2 })]);
  expect(window.warnings).toEqual([expect.stringContaining("were reset at")]);
});

test("a reading uses the client that it is given", async () => {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  await client.query(COUNT);
  const { counters } = await readStatementCounters(client);
  expect(counters.some(isCount)).toBe(true);
  await client.end();
});

test("hidden statements of others are left out with a warning that names the command", async () => {
  await run(urlOf("ann", "a"), COUNT, 1);
  const snapshot = await readSnapshot(urlOf("blind", "x"), { needsStatements: false });
  expect(snapshot.statements.some(isCount)).toBe(false);
  expect(snapshot.warnings).toContainEqual(
    expect.stringContaining("grant pg_read_all_stats to blind"),
  );
});

test("where most of the time is hidden, reading fails with the command that mends it", async () => {
  await run(urlOf("ann", "a"), "select pg_sleep(0.3)", 1);
  await expect(readStatementCounters(urlOf("blind", "x"))).rejects.toMatchObject({
    code: "SG_PG_STATEMENTS_HIDDEN",
    remedy: "as a superuser: grant pg_read_all_stats to blind",
  });
});

test("the extension is found in whatever schema it stands", async () => {
  const url = await server.createDatabase("elsewhere");
  await server.query(
    `create schema "Tools"; alter extension pg_stat_statements set schema "Tools"; select 1 as here`,
    undefined,
    "elsewhere",
  );
  const { counters } = await readStatementCounters(url);
  expect(counters.map(({ text }) => text)).toContain("select $1 as here");
});

test.each<PostgresMajor>([14, 15, 16, 17])("counters of %i are read", async (major) => {
  const older = await startTestPostgres({ major });
  try {
    await older.query("select 1 as one");
    const { counters, since, evicted } = await readStatementCounters(older.url());
    expect(counters).toContainEqual(
      expect.objectContaining({ text: "select $1 as one", calls: 1 }),
    );
    expect(Date.parse(since ?? "")).toBeGreaterThan(0);
    expect(evicted).toBe(0);
  } finally {
    await older.stop();
  }
});
