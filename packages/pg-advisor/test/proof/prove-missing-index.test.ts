import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { proveFinding } from "../../src/proof/prove-finding.ts";
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
    "create table orders (id bigint primary key, user_id int, total numeric, note text)",
  );
  await postgres.query(
    "insert into orders select i, (i * 7919) % 5000, i % 100, repeat('x', 60) from generate_series(1, 250000) i",
  );
  await postgres.query(
    'create table "Order Items" ("Id" bigint primary key, "orderId" int, "select" text)',
  );
  await postgres.query(
    `insert into "Order Items" select i, (i * 7919) % 20000, 'x' from generate_series(1, 100000) i`,
  );
  await postgres.query("vacuum analyze");
});

afterAll(() => postgres.stop());

const ORDERS = { schema: "public", name: "orders" };
const ORDER_ITEMS = { schema: "public", name: "Order Items" };
const snapshot = snapshotOf(
  { ...ORDERS, columns: ["id", "user_id", "total", "note"] },
  { ...ORDER_ITEMS, columns: ["Id", "orderId", "select"] },
);
const indexOnUser = sqlStep(
  "CREATE INDEX CONCURRENTLY orders_user_id_idx ON public.orders (user_id)",
  "DROP INDEX CONCURRENTLY public.orders_user_id_idx",
);
const options = { rounds: 10 };

function indexNames(): Promise<unknown> {
  return postgres.query("select indexname from pg_indexes where schemaname = 'public' order by 1");
}

test("a missing index is proven at least ten times faster, with identical results", async () => {
  const slow = await statementOf("select * from orders where user_id = $1", [ORDERS], [["1"]]);
  const other = await statementOf("select total from orders where id = $1", [ORDERS], [["5"]]);
  const before = await indexNames();

  const proof = await proveFinding({
    finding: findingOf("public.orders", [slow], indexOnUser),
    workload: workloadOf(slow, other),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options,
  });

  expect(proof.explanation).toContain("at the median");
  expect(proof.verdict).toBe("proven");
  const [affected, bystander] = proof.statements;
  expect(affected?.role).toBe("affected");
  expect(affected?.usesFix).toBe(true);
  expect(affected?.speedupOfMedian.point).toBeGreaterThan(10);
  expect(affected?.results).toEqual({ kind: "identical", rows: 250 });
  expect(affected?.planBefore).toContain("Seq Scan on orders");
  expect(affected?.planAfter).toContain("orders_user_id_idx");
  expect(affected?.planAfter).toContain("Buffers:");
  expect(affected?.beforeMs).toHaveLength(20);
  expect(affected?.afterMs).toHaveLength(20);
  expect(bystander?.role).toBe("bystander");
  expect(bystander?.usesFix).toBe(false);
  expect(proof.realSizeBytes).toBeGreaterThan(1_000_000);
  expect(proof.buildMs).toBeGreaterThan(0);
  expect(proof.writeCost?.table).toBe("public.orders");
  expect(proof.writeCost?.ratio.point).toBeGreaterThan(1);
  expect(await indexNames()).toEqual(before);
  expect(await postgres.query("select count(*)::int as rows from orders")).toEqual([
    { rows: 250_000 },
  ]);
});

test("the same seed runs with the same parameters", async () => {
  const slow = await statementOf("select * from orders where user_id = $1", [ORDERS], [["1"]]);
  const prove = () =>
    proveFinding({
      finding: findingOf("public.orders", [slow], indexOnUser),
      workload: workloadOf(slow),
      snapshot,
      lab: plainLab(postgres.url()),
      context: testContext(),
      options: { rounds: 2, seed: 42, writeProbeRows: 1_000 },
    });
  const filterOf = (plan = ""): string | undefined => /\(user_id = \d+\)/.exec(plan)?.[0];

  const first = await prove();
  const second = await prove();

  expect(first.seed).toBe(42);
  expect(filterOf(first.statements[0]?.planBefore)).toBeDefined();
  expect(filterOf(first.statements[0]?.planBefore)).toBe(
    filterOf(second.statements[0]?.planBefore),
  );
});

test("names that need quotes are proven as well", async () => {
  const slow = await statementOf(
    'select "select" from "Order Items" where "orderId" = any($1)',
    [ORDER_ITEMS],
    [["{1,2}"]],
  );

  const proof = await proveFinding({
    finding: findingOf(
      'public."Order Items"',
      [slow],
      sqlStep(
        'CREATE INDEX CONCURRENTLY "Items by Order" ON public."Order Items" ("orderId")',
        'DROP INDEX CONCURRENTLY public."Items by Order"',
      ),
    ),
    workload: workloadOf(slow),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options,
  });

  expect(proof.explanation).toMatch(/^It saves/);
  expect(proof.statements[0]?.usesFix).toBe(true);
  expect(proof.writeCost?.table).toBe('public."Order Items"');
});

test("the fix stays where the caller asks for it", async () => {
  const slow = await statementOf("select * from orders where user_id = $1", [ORDERS], [["1"]]);

  await proveFinding({
    finding: findingOf("public.orders", [slow], indexOnUser),
    workload: workloadOf(slow),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options: { rounds: 2, keepsFix: true, writeProbeRows: 0 },
  });

  expect(JSON.stringify(await indexNames())).toContain("orders_user_id_idx");
  await postgres.query("drop index orders_user_id_idx");
});
