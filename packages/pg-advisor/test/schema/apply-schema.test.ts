import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { applySchema } from "../../src/schema/apply-schema.ts";
import { renderSchema } from "../../src/schema/render-schema.ts";
import type { SchemaScript, StageName } from "../../src/schema/schema-script.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";

let server: TestPostgres;
let client: pg.Client;
let database = 0;

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database += 1;
  client = new pg.Client({ connectionString: await server.createDatabase(`apply_${database}`) });
  await client.connect();
});
afterEach(() => client.end());

function scriptOf(...stages: readonly [StageName, ...string[]][]): SchemaScript {
  return {
    stages: stages.map(([name, ...statements]) => ({
      name,
      statements: statements.map((sql, position) => ({ object: `${name} ${position}`, sql })),
    })),
    skipped: [{ object: "extension postgis", reason: "not available here" }],
  };
}

async function tableNames(): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
  );
  return rows.map((row) => row.name);
}

test("a statement that fails is named with its reason and does not stop the rest", async () => {
  const script = scriptOf(
    [
      "tables",
      "create table public.a (id int)",
      "create table public.b (id geometry)",
      "create table public.c (id int)",
    ],
    ["indexes", "create index on public.b (id)", "create index c_id on public.c (id)"],
  );
  expect((await applySchema(client, script)).skipped).toEqual([
    { object: "extension postgis", reason: "not available here" },
    { object: "tables 1", reason: 'type "geometry" does not exist' },
    { object: "indexes 0", reason: 'relation "public.b" does not exist' },
  ]);
  expect(await tableNames()).toEqual(["a", "c"]);
});

test("a statement that needs what a later stage makes is tried again after it", async () => {
  const script = scriptOf(
    [
      "functions",
      "create function public.name_of(public.users) returns text language sql immutable as $$ select $1.name $$",
    ],
    ["tables", "create table public.users (name text)"],
    ["indexes", "create index by_name on public.users (public.name_of(users))"],
  );
  expect((await applySchema(client, script)).skipped).toHaveLength(1);
});

test("statements in the wrong order are all made in the end", async () => {
  const script = scriptOf([
    "views",
    "create view public.d as select * from public.c",
    "create view public.c as select * from public.b",
    "create view public.b as select * from public.a",
    "create view public.a as select 1 as one",
  ]);
  expect((await applySchema(client, script)).skipped).toHaveLength(1);
});

test("the session's own settings come back", async () => {
  await client.query("set search_path = pg_catalog, public");
  await applySchema(client, scriptOf(["tables", "create table public.a (id int)"]));
  const { rows } = await client.query(
    "select current_setting('search_path') as path, current_setting('check_function_bodies') as check",
  );
  expect(rows).toEqual([{ path: "pg_catalog, public", check: "on" }]);
});

test("an aborted run stops between batches", async () => {
  const script = scriptOf(["tables", "create table public.a (id int)"]);
  const run = applySchema(client, script, { signal: AbortSignal.abort(new Error("enough")) });
  await expect(run).rejects.toThrow("enough");
  expect(await tableNames()).toEqual([]);
});

test("a function whose library is missing does not stop the rest", async () => {
  const script = scriptOf(
    ["functions", "create function public.f() returns int language c as 'nowhere', 'f'"],
    ["tables", "create table public.a (id int)"],
  );
  const { skipped } = await applySchema(client, script);
  expect(skipped.at(-1)?.reason).toContain('could not access file "nowhere"');
  expect(await tableNames()).toEqual(["a"]);
});

test("a connection that breaks off is an error, not a list of skipped objects", async () => {
  client.on("error", () => undefined);
  const script = scriptOf(
    ["tables", "select pg_terminate_backend(pg_backend_pid())", "create table public.a (id int)"],
    ["indexes", "create index on public.a (id)"],
  );
  await expect(applySchema(client, script)).rejects.toThrow(/terminat/);
});

test("five hundred tables with their keys and indexes are made in few round trips", async () => {
  const source = await server.createDatabase("five_hundred_source");
  await server.query(
    `do $$ begin
       for i in 1..500 loop
         execute format('create table t%s (id bigint generated always as identity primary key, name text not null default ''x'', at timestamptz, n int check (n > 0))', i);
         execute format('create index on t%s (name, at)', i);
         execute format('create index on t%s (at) where n > 5', i);
         commit;
       end loop; end $$`,
    undefined,
    "five_hundred_source",
  );
  const script = renderSchema(await readSnapshot(source));
  let roundTrips = 0;
  const counting = {
    query: <Row extends object>(text: string, values?: readonly unknown[]) => {
      roundTrips += 1;
      return client.query<Row & pg.QueryResultRow>(text, values && [...values]);
    },
  };
  const { skipped } = await applySchema(counting, script);
  expect(skipped.map(({ object }) => object)).toEqual(["extension pg_stat_statements"]);
  expect(roundTrips).toBeLessThan(50);
  expect(await tableNames()).toHaveLength(500);
});
