import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { openNamedLab } from "../../src/lab/named-lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { testContext } from "../proof/scenario.ts";

let postgres: TestPostgres;
let clone: string;
let snapshot: Snapshot;
const ORDERS = { schema: "public", name: "orders" };

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query("create table orders (id int primary key, user_id int)");
  await postgres.query("insert into orders select i, i % 100 from generate_series(1, 10000) i");
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url());
  clone = await postgres.createDatabase("clone");
  await postgres.query("create table orders (id int primary key, user_id int)", undefined, "clone");
  await postgres.query(
    "insert into orders select i, i % 100 from generate_series(1, 2500) i",
    undefined,
    "clone",
  );
  await postgres.query("vacuum analyze", undefined, "clone");
  await postgres.query("create role guest login password 'guest'");
});

afterAll(() => postgres.stop());

function open(url: string, tables = [ORDERS], allowsWatched = false): Promise<Lab> {
  return openNamedLab({ url, snapshot, tables, context: testContext(), allowsWatched });
}

test("a clone is taken as lab, with the share of rows that it holds", async () => {
  const lab = await open(clone);

  expect(lab.serverPid).toBeNull();
  expect(lab.description.kind).toBe("named");
  expect(lab.description.address).not.toContain(":streamgate");
  expect(lab.description.tables).toEqual([{ table: "public.orders", rows: 2_500, share: 0.25 }]);
  await lab.close();
});

test("the watched database is refused unless the user insists", async () => {
  await expect(open(postgres.url())).rejects.toMatchObject({ code: "SG_PG_LAB_IS_WATCHED" });

  const lab = await open(postgres.url(), [ORDERS], true);
  expect(lab.description.tables[0]?.share).toBe(1);
});

test("the watched database is recognised under another name of its host", async () => {
  const url = new URL(postgres.url());
  url.hostname = "localhost";

  await expect(open(url.href)).rejects.toMatchObject({ code: "SG_PG_LAB_IS_WATCHED" });
});

test("a database without the tables is refused", async () => {
  const empty = await postgres.createDatabase("empty");

  await expect(open(empty)).rejects.toMatchObject({ code: "SG_PG_LAB_UNFIT" });
});

test("a user who owns nothing there is refused", async () => {
  const url = new URL(clone);
  url.username = "guest";
  url.password = "guest";

  await expect(open(url.href)).rejects.toMatchObject({ code: "SG_PG_LAB_NOT_PERMITTED" });
});

test("a server that is not there is named as unreachable", async () => {
  const url = new URL(clone);
  url.port = "1";

  await expect(open(url.href)).rejects.toMatchObject({ code: "SG_PG_LAB_UNREACHABLE" });
});
