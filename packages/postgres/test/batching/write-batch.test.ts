import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { writeBatch } from "../../src/batching/write-batch.ts";
import { findingsWithBatches, RequestAdvisor } from "../../src/index.ts";
import { placeholdersOf } from "../../src/statements/placeholders.ts";
import { request, statement } from "../findings/request.ts";
import { SHOP_SQL } from "../n-plus-one/shop.ts";

let postgres: TestPostgres;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SHOP_SQL);
  client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

interface Case {
  readonly sql: string;
  /** Parameters of each call. */
  readonly calls: readonly (readonly unknown[])[];
  /** Numbers of those that change, from 1. */
  readonly varying: readonly number[];
}

const KEYS = [[1], [2], [3], [17], [999]];
const CASES: readonly Case[] = [
  { sql: "select id, name from users where id = $1", calls: KEYS, varying: [1] },
  { sql: "select name from users where id = $1;", calls: KEYS, varying: [1] },
  { sql: "select * from users where id = $1::int", calls: KEYS, varying: [1] },
  {
    sql: "select u.name from users as u where u.team_id = $1 and u.name <> 'user 3' order by u.name",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: "select count(*) as n, max(id) as latest from comments where post_id = $1",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: "select id, total from orders where user_id = $1 order by placed_on desc, id desc limit 1",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: 'select * from "orders" where "user_id" = $1 order by "id" limit $2',
    calls: KEYS.map(([id]) => [id, 2]),
    varying: [1],
  },
  {
    sql: "select product_id from order_items where order_id = $1 and line = $2",
    calls: [
      [1, 1],
      [1, 2],
      [9, 3],
      [40, 9],
    ],
    varying: [1, 2],
  },
  { sql: 'select note from public."Order Notes" where "orderId" = $1', calls: KEYS, varying: [1] },
  {
    sql: "select name from tags where name = $1",
    calls: [["tag 1"], ["tag 7"], ["no tag"]],
    varying: [1],
  },
  {
    sql: "select status, count(*) as n from orders where user_id = $1 group by status order by status",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: "with mine as (select id from orders where user_id = $1) select count(*) as n from mine",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: "select id from users where lower(email) = lower($1)",
    calls: [["User1@Example.org"], ["user5@example.org"]],
    varying: [1],
  },
  {
    sql: "select name from users where id = $1 union all select name from teams where id = $1",
    calls: KEYS,
    varying: [1],
  },
  {
    sql: "select count(*) as n from comments where post_id = $1 and created_at > $2",
    calls: KEYS.map(([id]) => [id, new Date("2020-01-01")]),
    varying: [1],
  },
];

/** What the calls gave one by one, each row without order among the calls. */
async function oneByOne({ sql, calls }: Case): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const parameters of calls) {
    const result = await client.query(sql, [...parameters]);
    rows.push(...result.rows.map((row) => JSON.stringify(row)));
  }
  return rows.sort();
}

async function atOnce({
  sql,
  calls,
  varying,
}: Case): Promise<{ readonly sql: string; readonly rows: readonly string[] }> {
  const places = placeholdersOf(sql).filter(({ parameter }) => varying.includes(parameter ?? 0));
  const [first = []] = calls;
  const batch = await writeBatch({ sql, parameters: first, varying: places });
  if (batch.kind === "declined") throw new Error(batch.reason);
  const parameters = first.map((value, index) =>
    varying.includes(index + 1) ? calls.map((call) => call[index]) : value,
  );
  const { rows, fields } = await client.query(batch.sql, parameters);
  const asked = (await client.query(sql, [...first])).fields.map(({ name }) => name);
  // The key that was added is not what the calls gave.
  const added = fields.map(({ name }) => name).filter((name) => !asked.includes(name));
  const shown = rows.map((row) => {
    for (const name of added) delete row[name];
    return JSON.stringify(Object.fromEntries(asked.map((name) => [name, row[name]])));
  });
  return { sql: batch.sql, rows: shown.sort() };
}

/** A batch that counts gives no row for a key that has none. */
const isNothing = (row: string): boolean => /^\{"n":"0"(?:,"latest":null)?\}$/.test(row);

describe("the batched statement gives what the calls gave, in PostgreSQL itself:", () => {
  test.each(CASES)("$sql", async (each) => {
    const batched = await atOnce(each);
    const expected = await oneByOne(each);
    const isCounted = / group by [\w".]+$/.test(batched.sql) && !each.sql.includes("group by");
    expect(batched.rows).toEqual(isCounted ? expected.filter((row) => !isNothing(row)) : expected);
  });
});

test("it reads as a person would have written it", async () => {
  const write = async (
    sql: string,
    parameters: readonly unknown[],
    which: (index: number) => boolean,
  ) => {
    const varying = placeholdersOf(sql).filter((_, index) => which(index));
    const batch = await writeBatch({ sql, parameters, varying });
    return batch.kind === "batched" ? batch.sql : batch.reason;
  };
  const all = () => true;
  expect(await write("select name from users where id = $1", [1], all)).toBe(
    "select id, name from users where id = any($1)",
  );
  expect(await write("select * from users where id = $1::bigint", [1], all)).toBe(
    "select * from users where id = any($1::bigint[])",
  );
  expect(await write("select name from users where id = 7", [], all)).toBe(
    "select id, name from users where id = any($1)",
  );
  expect(await write('select "name" from "users" where "id" in ($1, $2)', [1, 2], all)).toBe(
    'select "id", "name" from "users" where "id" = any($3)',
  );
  expect(await write("select name from tags where id = any($1)", [[1, 2]], all)).toBe(
    "select id, name from tags where id = any($1)",
  );
  expect(
    await write(
      "select id from orders where user_id = $1 order by id limit 1",
      [5],
      (index) => index === 0,
    ),
  ).toBe(
    "select batch.*, found.* from unnest($1::bigint[]) as batch (key_1) cross join lateral (select id from orders where user_id = batch.key_1 order by id limit 1) as found",
  );
});

test.each([
  ["update users set name = $1 where id = 1", "it is not one SELECT that PostgreSQL 18 can read"],
  ["select 1; select $1", "it is not one SELECT that PostgreSQL 18 can read"],
  [
    "select pieces from order_pieces($1)",
    "a function takes the key, and its width cannot be told from here",
  ],
  ["select id from users where id = $1 for update", "it locks rows, and their order may matter"],
  ["select id from users where", "no place was found that could take an array of keys"],
])("what cannot be batched is declined with its reason: %s", async (sql, reason) => {
  expect(await writeBatch({ sql, parameters: [1], varying: placeholdersOf(sql) })).toEqual({
    kind: "declined",
    reason,
  });
});

test("a finding's remedy is the statement, whether values are there or hashed", async () => {
  for (const parameters of [
    [1, 2, 3, 4, 5],
    ["#bigint:a", "#bigint:b", "#bigint:c", "#bigint:d", "#bigint:e"],
  ]) {
    const advisor = new RequestAdvisor();
    advisor.add(
      request(
        parameters.map((id, index) =>
          statement("select name from users where id = $1 limit 1", index, index + 1, {
            parameters: [id],
          }),
        ),
      ),
    );
    const [finding] = await findingsWithBatches(advisor, new Date(0));
    expect(finding?.remedy).toContain(
      "from unnest($1::bigint[]) as batch (key_1) cross join lateral",
    );
  }
});
