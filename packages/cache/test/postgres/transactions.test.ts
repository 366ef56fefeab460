import { invalidateInTransaction } from "@streamgate/cache/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { begin, load, read } from "./loading.ts";
import { openViews, type Views } from "./storage.ts";

let server: TestPostgres;
let views: Views;
let client: pg.Client;

beforeAll(async () => {
  server = await startTestPostgres({
    hasStatementCounters: false,
    settings: { max_prepared_transactions: "4" },
  });
});

afterAll(() => server?.stop());

beforeEach(async () => {
  views = openViews(server);
  await views.first.migrate();
  client = new pg.Client({ connectionString: server.url() });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await views.end();
});

function invalidateInside(tags: readonly string[]): Promise<void> {
  return invalidateInTransaction(client, tags, { schema: views.schema });
}

test("a value stays until the transaction commits, and is gone with it", async () => {
  await load(views.first, "1", "old");
  await client.query("begin");
  await invalidateInside(["t"]);
  expect(await read(views.second, "1")).toBe("old");
  await client.query("commit");
  expect(await read(views.second, "1")).toBeUndefined();
});

test("a transaction that is rolled back invalidates nothing", async () => {
  await load(views.first, "1", "v");
  await client.query("begin");
  await invalidateInside(["t"]);
  await client.query("rollback");
  expect(await read(views.second, "1")).toBe("v");
});

test("a savepoint that is rolled back takes its invalidations with it", async () => {
  await load(views.first, "1", "v", ["t"]);
  await load(views.first, "2", "w", ["u"]);
  await client.query("begin");
  await invalidateInside(["u"]);
  await client.query("savepoint inner_one");
  await invalidateInside(["t"]);
  await client.query("rollback to inner_one");
  await client.query("commit");
  expect(await read(views.second, "1")).toBe("v");
  expect(await read(views.second, "2")).toBeUndefined();
});

test("a load that begins while the transaction is open reads the old data and never outlives the commit", async () => {
  await client.query("begin");
  await invalidateInside(["t"]);
  const during = await begin(views.first, "1");
  const filledBefore = await begin(views.second, "2");
  expect(await filledBefore("old")).toBe("stored");
  await client.query("commit");
  expect(await during("old")).toBe("superseded");
  expect(await read(views.first, "1")).toBeUndefined();
  expect(await read(views.first, "2")).toBeUndefined();
});

test("a transaction that began long before its invalidation is judged by its commit", async () => {
  await client.query("begin");
  await client.query("select pg_current_xact_id()");
  for (let round = 0; round < 20; round += 1) await views.first.invalidate(["t"]);
  await load(views.first, "1", "old");
  await invalidateInside(["t"]);
  expect(await read(views.second, "1")).toBe("old");
  await client.query("commit");
  expect(await read(views.second, "1")).toBeUndefined();
});

test("an open transaction holds up nobody who invalidates the same tag", async () => {
  await load(views.first, "1", "old");
  await client.query("begin");
  await invalidateInside(["t", "u"]);
  await views.first.invalidate(["u", "t"]);
  expect(await read(views.second, "1")).toBeUndefined();
  expect(await load(views.second, "1", "new")).toBe("stored");
  expect(await read(views.first, "1")).toBe("new");
  await client.query("commit");
  expect(await read(views.first, "1")).toBeUndefined();
});

test("an invalidation waits for nobody who holds the rows of the ones before it", async () => {
  await views.first.invalidate(["t"]);
  await client.query("begin");
  await client.query(`select from ${pg.escapeIdentifier(views.schema)}.epochs for update`);
  await load(views.first, "1", "old");
  await views.second.invalidate(["t"]);
  expect(await read(views.first, "1")).toBeUndefined();
  await client.query("rollback");
});

test("values are stored and kept while somebody's long transaction is open", async () => {
  await client.query("begin");
  await client.query("select pg_current_xact_id()");
  for (let round = 0; round < 10; round += 1) {
    await views.second.invalidate(["t"]);
    expect(await load(views.first, "1", `value ${round}`)).toBe("stored");
    expect(await read(views.second, "1")).toBe(`value ${round}`);
  }
  await client.query("rollback");
});

test("a prepared transaction invalidates when it is committed", async () => {
  await load(views.first, "1", "old");
  await client.query("begin");
  await invalidateInside(["t"]);
  await client.query("prepare transaction 'two phases'");
  const during = await begin(views.first, "2");
  expect(await read(views.second, "1")).toBe("old");
  await client.query("commit prepared 'two phases'");
  expect(await read(views.second, "1")).toBeUndefined();
  expect(await during("old")).toBe("superseded");
});

test("serializable transactions invalidate the same tags without a conflict of the cache's making", async () => {
  const other = new pg.Client({ connectionString: server.url() });
  await other.connect();
  await client.query("begin isolation level serializable");
  await other.query("begin isolation level serializable");
  await invalidateInside(["t"]);
  await invalidateInTransaction(other, ["t"], { schema: views.schema });
  await other.query("commit");
  await client.query("commit");
  await other.end();
});

test("the tables must be there, and the error says what was tried", async () => {
  await client.query("begin");
  await expect(invalidateInTransaction(client, ["t"], { schema: "nowhere" })).rejects.toMatchObject(
    { code: "SG_CACHE_POSTGRES_FAILED" },
  );
  await client.query("rollback");
});
