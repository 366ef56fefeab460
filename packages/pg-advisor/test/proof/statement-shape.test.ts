import { expect, test } from "vitest";
import { findEqualityParameters } from "../../src/proof/equality-parameters.ts";
import { readShape } from "../../src/proof/statement-shape.ts";
import { snapshotOf, statementOf } from "./scenario.ts";

test("only an ORDER BY of the outermost level fixes the order", async () => {
  expect((await readShape("select a from t order by a")).isOrdered).toBe(true);
  expect((await readShape("select * from (select a from t order by a) s")).isOrdered).toBe(false);
  expect((await readShape("select a from t union select a from u order by 1")).isOrdered).toBe(
    true,
  );
});

test("LIMIT and OFFSET of the outermost level are taken off, and nothing else", async () => {
  const { withoutLimit } = await readShape(
    "select a from (select a from t limit 3) s where a > $1 order by a limit $2 offset $3",
  );

  expect(withoutLimit?.replace(/\s+/g, " ").toLowerCase()).toContain("limit 3");
  expect(withoutLimit).not.toContain("$2");
  expect(withoutLimit).not.toContain("$3");
  expect((await readShape("select a from t")).withoutLimit).toBeNull();
});

test("constructs that leave rows open are named", async () => {
  const openChoice = async (text: string) => (await readShape(text)).openChoice;

  expect(await openChoice("select distinct a from t limit 5")).toBeNull();
  expect(await openChoice("select distinct on (a) a, b from t")).toBe("DISTINCT ON");
  expect(await openChoice("select row_number() over (order by a) from t")).toBe(
    "a window function",
  );
  expect(await openChoice("select * from t, lateral (select 1 from u limit 1) x")).toBe(
    "a LIMIT inside",
  );
  expect(await openChoice("(select a from t limit 1) union all select 2")).toBe("a LIMIT inside");
  expect(await openChoice("with x as (select a from t limit 2) select * from x")).toBe(
    "a LIMIT inside",
  );
});

test("aggregates whose order nothing fixes are noticed", async () => {
  const isOpen = async (text: string) => (await readShape(text)).aggregatesInAnyOrder;

  expect(await isOpen("select array_agg(a) from t")).toBe(true);
  expect(await isOpen("select pg_catalog.string_agg(a, ',') from t")).toBe(true);
  expect(await isOpen("select array_agg(a order by a) from t")).toBe(false);
  expect(await isOpen("select sum(a) from t")).toBe(false);
});

const ORDERS = { schema: "public", name: "orders" };
const USERS = { schema: "app", name: "Users" };
const snapshot = snapshotOf(
  { ...ORDERS, columns: ["id", "user_id", "status"] },
  { ...USERS, columns: ["id", "email"] },
);

async function equalities(text: string): Promise<readonly string[]> {
  const statement = await statementOf(text, [ORDERS, USERS]);
  const found = await findEqualityParameters(statement, snapshot);
  return found.map((one) => `$${one.number} ${one.form} ${one.table.name}.${one.column}`);
}

test("parameters compared with a column are found through aliases, casts and lists", async () => {
  const text = `select * from orders o join app."Users" u on u.id = o.user_id
     where u.email = $1::text and $2 = o.status and o.id in ($3, $4) and user_id = any($5) and o.id > $6 limit $7`;

  expect([...(await equalities(text))].sort()).toEqual([
    "$1 value Users.email",
    "$2 value orders.status",
    "$3 item orders.id",
    "$4 item orders.id",
    "$5 list orders.user_id",
  ]);
});

test("a column that two tables have is left alone unless an alias tells", async () => {
  expect(await equalities('select 1 from orders, app."Users" where id = $1')).toEqual([]);
});

test("values that are written are no search", async () => {
  expect(await equalities("update orders set status = $1 where id = $2")).toEqual([
    "$2 value orders.id",
  ]);
  expect(await equalities("delete from orders as o where o.user_id = $1")).toEqual([
    "$1 value orders.user_id",
  ]);
});
