import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import {
  SHOP_SCHEMA_SQL,
  shopRowsSql,
} from "../../../../test/support/rewrite-corpus/shop-schema.ts";
import { type RewriteReport, rewriteStatement } from "../../src/rewrites/rewrite-statement.ts";
import type { Rule } from "../../src/rewrites/rules/rule.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

let postgres: TestPostgres;
let folder: string;
let snapshot: Snapshot;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  folder = await mkdtemp("/tmp/streamgate-test-rewrite-");
  await chmod(folder, 0o755);
  await postgres.createDatabase("shop");
  await postgres.query(SHOP_SCHEMA_SQL, undefined, "shop");
  await postgres.query(shopRowsSql(0.015), undefined, "shop");
  await postgres.query("vacuum analyze", undefined, "shop");
  snapshot = await readSnapshot(postgres.url("shop"), { needsStatements: false });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

let runs = 0;

async function rewrite(
  text: string,
  isProven: boolean,
  rules?: readonly Rule[],
  lab?: string,
): Promise<RewriteReport> {
  runs += 1;
  const own = join(folder, String(runs));
  return rewriteStatement({
    source: postgres.url("shop"),
    snapshot,
    text,
    ...(rules === undefined ? {} : { options: { rules, leastGain: 0 } }),
    context: {
      clock: systemClock,
      random: seededRandom(1),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
    ...(isProven
      ? {
          proof: {
            folder: own,
            sharedFolder: "/tmp/streamgate-test-shared",
            ...(lab === undefined ? {} : { lab }),
            differential: { databases: 120 },
            timing: { rounds: 5, callsPerRound: 1, maxMsPerStatement: 500 },
          },
        }
      : {}),
  });
}

test("an aggregate a row is computed once a key, proven equal on small databases and faster on copied rows", async () => {
  const { rewrite: found } = await rewrite(
    "select sum(i.price) from order_items i where i.quantity < (select 0.5 * avg(x.quantity) from order_items x where x.product_id = i.product_id);",
    true,
  );
  expect(found?.differential).toMatchObject({ outcome: "equal", databases: 120 });
  expect(found?.timed).toMatchObject({ verdict: "faster", results: { kind: "identical" } });
});

test("without a proof the planner's estimate decides, and parameters need no values", async () => {
  const { rewrite: found } = await rewrite(
    "select id from orders o where o.status = $1 and total > (select avg(total) from orders i where i.user_id = o.user_id)",
    false,
  );
  expect(found?.proposal.text).toContain("$1");
  expect(found?.proposal.costAfter).toBeLessThan(found?.proposal.costBefore ?? 0);
  expect(found?.timed).toBeUndefined();
});

test("a parameter gets values from the statistics when both are timed", async () => {
  const { rewrite: found, withheld } = await rewrite(
    "select id from orders o where o.status = $1 and total > (select avg(total) from orders i where i.user_id = o.user_id)",
    true,
    undefined,
    postgres.url("shop"),
  );
  const proven = [...(found === null ? [] : [found]), ...withheld];
  expect(proven[0]?.timed?.outcome).toBe("timed");
});

test("a rule that is wrong is found out: its rewriting is withheld with the rows that show why", async () => {
  const careless: Rule = {
    name: "careless",
    does: "leaves out every DISTINCT",
    apply: ({ select: { distinctClause, ...rest } }) =>
      distinctClause === undefined
        ? []
        : [{ outcome: "rewritten", select: rest, note: "no matter" }],
  };
  const { rewrite: found, withheld } = await rewrite("select distinct country from users", true, [
    careless,
  ]);
  expect(found).toBeNull();
  const differential = withheld[0]?.differential;
  if (differential?.outcome !== "different") throw new Error(`it is ${differential?.outcome}`);
  const [users, ...others] = differential.counterExample.tables;
  expect([users?.table, others]).toEqual(["users", []]);
  // Two of one country, and perhaps the manager of one of them.
  expect(users?.rows.length).toBeLessThanOrEqual(4);
});

test("a null that would matter is named, and nothing is rewritten", async () => {
  const { rewrite: found, declined } = await rewrite(
    "select id from categories where id not in (select category_id from products)",
    false,
  );
  expect(found).toBeNull();
  expect(declined[0]?.because).toMatch(/may give a null/);
});

test("a form that the planner does not call cheaper is declined with both costs", async () => {
  const { rewrite: found, declined } = await rewrite(
    "select id from users where 1 = 1 and country = 'de'",
    false,
  );
  expect(found).toBeNull();
  expect(declined.map(({ reason }) => reason)).toContain("not cheaper");
});

test.each([
  ["a statement that writes", "delete from users where id = 1", /no SELECT/],
  ["what is no SQL", "selekt 1", /parse/],
  ["a table that is not there", "select * from nowhere", /no table nowhere/],
  ["a volatile function", "select id from users where random() < 0.5", /volatile/],
])("%s is declined with its reason", async (_, text, because) => {
  const { rewrite: found, declined } = await rewrite(text, false);
  expect(found).toBeNull();
  expect(declined[0]?.because).toMatch(because);
});
