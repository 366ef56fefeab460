import type { Finding } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { proveSet } from "../../src/proof/prove-set.ts";
import {
  findingOf,
  plainLab,
  snapshotOf,
  sqlStep,
  statementOf,
  testContext,
  workloadOf,
} from "./scenario.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(
    "create table orders (id bigint primary key, user_id int, shop_id int, total numeric, note text)",
  );
  await postgres.query(
    "insert into orders select i, (i * 7919) % 5000, (i::bigint * 104729) % 5000, i % 100, repeat('x', 60) from generate_series(1, 150000) i",
  );
  await postgres.query("vacuum analyze");
});

afterAll(() => postgres.stop());

const ORDERS = { schema: "public", name: "orders" };
const snapshot = snapshotOf({ ...ORDERS, columns: ["id", "user_id", "shop_id", "total", "note"] });
const options = { rounds: 8, bystanders: 0 };

function indexOn(name: string, keys: string): ReturnType<typeof sqlStep> {
  return sqlStep(
    `CREATE INDEX CONCURRENTLY ${name} ON public.orders (${keys})`,
    `DROP INDEX CONCURRENTLY public.${name}`,
  );
}

test("a fix that does what another one does is taken out, and the rest is measured as a whole", async () => {
  const ofUser = await statementOf("select * from orders where user_id = $1", [ORDERS], [["1"]]);
  const ofShop = await statementOf("select * from orders where shop_id = $1", [ORDERS], [["2"]]);
  const finding = (id: string, savedMsPerHour: number, made: Finding): Finding => ({
    ...made,
    id,
    savedMsPerHour,
  });
  const findings = [
    finding("by user", 900, findingOf("public.orders", [ofUser], indexOn("by_user", "user_id"))),
    finding("by shop", 800, findingOf("public.orders", [ofShop], indexOn("by_shop", "shop_id"))),
    finding(
      "by user and total",
      700,
      findingOf("public.orders", [ofUser], indexOn("by_user_total", "user_id, total")),
    ),
  ];
  const set = await proveSet({
    findings,
    workload: workloadOf(ofUser, ofShop),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options,
  });

  expect(set.kept).toEqual(["by user", "by shop"]);
  expect(set.members.map(({ finding: id, isKept }) => [id, isKept])).toEqual([
    ["by user and total", false],
    ["by shop", true],
    ["by user", true],
  ]);
  expect(set.members[0]?.proof).toMatchObject({
    verdict: "not proven",
    beside: ["by user", "by shop"],
  });
  expect(set.whole?.verdict).toBe("proven");
  expect(set.whole?.beside).toBeUndefined();
  expect(set.whole?.statements.filter(({ role }) => role === "affected")).toHaveLength(2);
  const left = await postgres.query(
    "select indexname from pg_indexes where schemaname = 'public' order by 1",
  );
  expect(left).toEqual([{ indexname: "orders_pkey" }]);
});
