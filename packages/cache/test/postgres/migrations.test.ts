import { postgresTier } from "@streamgate/cache/postgres";
import { systemClock } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { begin, load, read } from "./loading.ts";
import { newSchema, openPool, openViews } from "./storage.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});

afterAll(() => server?.stop());

test("twenty processes that start together make the tables once", async () => {
  const schema = newSchema();
  const pools = Array.from({ length: 20 }, () => openPool(server.url(), { max: 1 }));
  const tiers = pools.map((pool) =>
    postgresTier({ pool, clock: systemClock, schema, purgeIntervalMs: false }),
  );
  await Promise.all(
    tiers.map((tier, index) => (index % 2 === 0 ? tier.migrate() : read(tier, "1"))),
  );
  const steps = await server.query(`select number from ${pg.escapeIdentifier(schema)}.migrations`);
  expect(steps).toEqual([{ number: 1 }]);
  await Promise.all(pools.map((pool) => pool.end()));
});

test("a role that only has rights on the tables uses them, and may not make them", async () => {
  const schema = pg.escapeIdentifier("shared cache");
  await server.query("create role app login password 'app'");
  const url = server.url().replace(/\/\/[^@]*@/, "//app:app@");
  const views = openViews(server, { schema: "shared cache" });
  const pool = openPool(url);
  const options = {
    pool,
    clock: systemClock,
    schema: "shared cache",
    purgeIntervalMs: false,
  } as const;
  const app = postgresTier(options);
  await expect(app.read([])).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_NOT_MIGRATED" });
  await views.first.migrate();
  await expect(app.read([])).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FORBIDDEN" });
  await server.query(`grant usage on schema ${schema} to app`);
  await server.query(
    `grant select, insert, update, delete on all tables in schema ${schema} to app`,
  );
  expect(await load(app, "1", "v")).toBe("stored");
  expect(await read(views.second, "1")).toBe("v");
  await app.invalidate(["t"]);
  expect(await read(views.second, "1")).toBeUndefined();
  await app.purgeExpired();
  await app.close();
  await pool.end();
  await views.end();
});

test("a database in another encoding is refused before anything is made", async () => {
  await server.query(
    "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'",
  );
  const pool = openPool(server.url("latin"));
  const tier = postgresTier({ pool, clock: systemClock, purgeIntervalMs: false });
  await expect(tier.migrate()).rejects.toMatchObject({
    code: "SG_CACHE_POSTGRES_ENCODING",
    message: expect.stringContaining("LATIN1"),
  });
  await pool.end();
});

test("unlogged tables are made where they are asked for", async () => {
  const views = openViews(server, { isUnlogged: true });
  await views.first.migrate();
  const rows = await server.query(
    `select relname from pg_class
     where relnamespace = (select oid from pg_namespace where nspname = $1)
       and relkind = 'r' and relpersistence = 'u' order by relname`,
    [views.schema],
  );
  expect(rows.map(({ relname }) => relname)).toEqual([
    "claims",
    "entries",
    "epochs",
    "incarnation",
  ]);
  await views.end();
});

test("what was tried in vain at first is tried again at the next use", async () => {
  const views = openViews(server);
  let isDown = true;
  const tier = postgresTier({
    pool: {
      query: async (statement) => {
        if (isDown) throw new Error("connect ECONNREFUSED");
        return views.pools[0].query(statement);
      },
    },
    clock: systemClock,
    schema: views.schema,
    purgeIntervalMs: false,
  });
  await expect(tier.invalidate(["t"])).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FAILED" });
  isDown = false;
  await tier.invalidate(["t"]);
  await views.end();
});

test("tables that somebody dropped are made anew, and a load under way does not land in them", async () => {
  const views = openViews(server);
  const late = await begin(views.first, "1");
  await server.query(`drop schema ${pg.escapeIdentifier(views.schema)} cascade`);
  await expect(read(views.first, "1")).rejects.toMatchObject({ code: "SG_CACHE_POSTGRES_FAILED" });
  expect(await read(views.first, "1")).toBeUndefined();
  expect(await late("v")).toBe("superseded");
  expect(await load(views.first, "1", "w")).toBe("stored");
  await views.end();
});

test.each([
  ["schema", ""],
  ["schema", "x".repeat(64)],
  ["purgeIntervalMs", 0],
  ["purgeBatchRows", 1.5],
  ["keepEpochsMs", Number.NaN],
])("an option %s of %j is refused", (name, value) => {
  const pool = { query: async () => ({ rows: [] }) };
  expect(() => postgresTier({ pool, clock: systemClock, [name]: value })).toThrow(
    expect.objectContaining({ code: "SG_CACHE_POSTGRES_BAD_OPTION" }),
  );
});
