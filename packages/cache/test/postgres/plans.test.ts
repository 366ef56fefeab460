import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readStatement } from "../../src/tiers/postgres/statements/read.ts";
import { load } from "./loading.ts";
import { openViews, type Views } from "./storage.ts";

let server: TestPostgres;
let views: Views;

beforeAll(async () => {
  server = await startTestPostgres({
    hasStatementCounters: false,
    settings: { autovacuum: "off" },
  });
  views = openViews(server);
  await Promise.all(
    Array.from({ length: 500 }, (_, id) => load(views.first, String(id), "v", [`tag ${id}`])),
  );
  for (let batch = 0; batch < 10; batch += 1) {
    const tags = Array.from({ length: 6_000 }, (_, index) => `other ${batch} ${index}`);
    await views.first.invalidate(tags);
  }
});

afterAll(async () => {
  await views?.end();
  await server?.stop();
});

async function planOfRead(keys: readonly string[]): Promise<string> {
  const schema = pg.escapeIdentifier(views.schema);
  const rows = await server.query(`explain ${readStatement(schema)}`, [keys]);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test.each([1, 100])(
  "a read of %i keys looks up epochs by the index before any ANALYZE",
  async (count) => {
    const keys = Array.from({ length: count }, (_, id) => `classification:${id}`);
    const plan = await planOfRead(keys);
    expect(plan).toMatch(/Index (Only )?Scan using epochs_pkey/);
    expect(plan).not.toMatch(/Seq Scan on epochs/);
  },
);

test("a read is reckoned far below where the server would compile it", async () => {
  const keys = Array.from({ length: 100 }, (_, id) => `classification:${id}`);
  const reckoned = /cost=[\d.]+\.\.([\d.]+) rows=(\d+)/.exec(await planOfRead(keys));
  expect(Number(reckoned?.[1])).toBeLessThan(100_000);
  expect(Number(reckoned?.[2])).toBeLessThanOrEqual(100);
});

test("and after one", async () => {
  await server.query("analyze");
  expect(await planOfRead(["classification:1"])).not.toMatch(/Seq Scan on epochs/);
});
