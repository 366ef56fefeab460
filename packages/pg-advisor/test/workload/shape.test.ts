import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { parseStatement } from "../../src/workload/parse-statement.ts";
import {
  createNameResolver,
  type NameResolver,
  searchPathOf,
} from "../../src/workload/shape/name-resolver.ts";
import { readShape } from "../../src/workload/shape/read-shape.ts";
import type { StatementShape } from "../../src/workload/shape/statement-shape.ts";

const SCHEMA = `
create schema app;
create table orders (id int primary key, customer_id int, status text, placed_at timestamptz, total numeric, is_paid boolean);
create table customers (id int primary key, email text, country text);
create table app.orders (id int, note text);
create table "Order" ("Id" int, "customerId" int);
create view recent as select id, customer_id as buyer, placed_at from orders where placed_at > now() - interval '1 day';
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
let resolver: NameResolver;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url());
  resolver = createNameResolver(snapshot);
});
afterAll(() => postgres?.stop());

function shapeOf(text: string): StatementShape {
  const parse = parseStatement(text);
  if (parse.outcome === "declined") throw new Error(parse.explanation);
  return readShape(parse.statement.node, resolver);
}

/** `orders: customer_id equal, placed_at range; order by placed_at desc` for each table use. */
function inWords(text: string): readonly string[] {
  return shapeOf(text).tables.map(({ relation, predicates, alternatives, orders }) => {
    const conditions = predicates.map(
      ({ column, kind, joinedWith }) =>
        `${column} ${joinedWith === null ? kind : `= ${joinedWith.relation.name}`}`,
    );
    const arms = alternatives.map(
      (arm) => `or ${arm.map(({ column, kind }) => `${column} ${kind}`).join(" and ")}`,
    );
    const sorted = orders.map(
      ({ kind, columns }) =>
        `${kind} ${columns.map(({ column, direction }) => (direction === "desc" ? `${column} desc` : column)).join(" ")}`,
    );
    return `${relation.name}: ${[...conditions, ...arms, ...sorted].join(", ")}`;
  });
}

describe("what a statement asks of its tables", () => {
  it.each<[string, readonly string[]]>([
    [
      "select * from orders where customer_id = $1 and placed_at >= $2 order by placed_at desc limit 5",
      ["orders: customer_id equal, placed_at range, order by placed_at desc"],
    ],
    [
      "select * from orders where $1 < placed_at and status in ($2, $3) and is_paid",
      ["orders: placed_at range, status any of, is_paid equal"],
    ],
    ["select * from orders where status in ($1)", ["orders: status equal"]],
    [
      "select * from orders where customer_id = any($1) and not is_paid and total is null",
      ["orders: customer_id any of, is_paid equal, total equal"],
    ],
    [
      "select * from orders where total between $1 and $2 and status like $3",
      ["orders: total range, status prefix"],
    ],
    [
      "select * from orders where (placed_at, id) < ($1, $2) order by 4 desc, id desc",
      ["orders: placed_at range, order by placed_at desc id desc"],
    ],
    [
      "select * from orders where customer_id = $1 or status = $2",
      ["orders: or customer_id equal, or status equal"],
    ],
    [
      "select * from orders where lower(status) = $1 and total + 1 = $2 and total = id",
      ["orders: "],
    ],
    [
      "select max(placed_at) from orders where customer_id = $1",
      ["orders: customer_id equal, extreme placed_at"],
    ],
    [
      "select status, count(*) from orders group by 1 order by status",
      ["orders: order by status, group by status"],
    ],
    ["select distinct status from orders", ["orders: distinct status"]],
    [
      "select row_number() over (partition by customer_id order by placed_at desc) from orders",
      ["orders: window customer_id placed_at desc"],
    ],
    [
      "select * from orders o join customers c on c.id = o.customer_id where c.email = $1",
      ["orders: customer_id = customers", "customers: id = orders, email equal"],
    ],
    [
      "select * from orders a, orders b where a.customer_id = b.customer_id and b.id = $1",
      ["orders: customer_id = orders", "orders: customer_id = orders, id equal"],
    ],
    [
      "select * from orders join customers using (id)",
      ["orders: id = customers", "customers: id = orders"],
    ],
    [
      "select * from customers c where exists (select 1 from orders where customer_id = c.id and status = $1)",
      ["customers: id = orders", "orders: customer_id = customers, status equal"],
    ],
    [
      "select * from customers where id in (select customer_id from orders where status = $1)",
      ["customers: id = orders", "orders: status equal, customer_id = customers"],
    ],
    [
      "with orders as (select * from customers) select * from orders where email = $1",
      ["customers: email equal"],
    ],
    [
      "select * from (select customer_id as c, status from orders) x where x.c = $1 order by status",
      ["orders: customer_id equal, order by status"],
    ],
    [
      "select id from orders where status = $1 union all select id from customers where country = $2",
      ["orders: status equal", "customers: country equal"],
    ],
    ["select * from recent where buyer = $1", ["orders: placed_at range, customer_id equal"]],
    [
      "update orders set status = $1 from customers c where c.id = orders.customer_id and c.email = $2",
      ["orders: customer_id = customers", "customers: id = orders, email equal"],
    ],
    [
      "delete from orders using customers c where c.id = customer_id and c.country = $1",
      ["orders: customer_id = customers", "customers: id = orders, country equal"],
    ],
    [
      "insert into customers (id, email) select id, status from orders where total > $1",
      ["customers: ", "orders: total range"],
    ],
    ['select * from "Order" where "customerId" = $1', ["Order: customerId equal"]],
    ["select * from app.orders where note = $1", ["orders: note equal"]],
    [
      "select * from customers c, lateral (select * from orders o where o.customer_id = c.id order by placed_at desc limit 1) x",
      ["customers: id = orders", "orders: customer_id = customers, order by placed_at desc"],
    ],
    [
      "with recursive tree as (select id, customer_id from orders where id = $1 union all select o.id, o.customer_id from orders o join tree on tree.id = o.customer_id) select * from tree",
      ["orders: id equal", "orders: customer_id equal"],
    ],
  ])("%s", (text, expected) => {
    expect(inWords(text)).toEqual(expected);
  });
});

it("names the relations of the text, views as views, and never CTEs", () => {
  const { relations, unknownNames } = shapeOf(
    "with c as (select * from customers) select * from recent join c on true join missing m on true",
  );
  expect(relations.map(({ name }) => name).toSorted()).toEqual(["customers", "recent"]);
  expect(unknownNames).toEqual(["missing"]);
});

it("resolves names by the search path and in exact case", () => {
  const path = {
    ...snapshot,
    settings: [{ name: "search_path", value: '"$user", app, "Odd ""one"""', unit: null }],
  };
  expect(searchPathOf(path)).toEqual([snapshot.server.user, "app", 'Odd "one"']);
  const parse = parseStatement("select * from orders where note = $1");
  if (parse.outcome === "declined") throw new Error(parse.explanation);
  expect(readShape(parse.statement.node, createNameResolver(path)).relations).toEqual([
    { schema: "app", name: "orders" },
  ]);
  expect(shapeOf("select * from Order_").unknownNames).toEqual(["order_"]);
  expect(shapeOf('select * from "order"').unknownNames).toEqual(["order"]);
});

it("tells what each parameter is compared with", () => {
  const { parameters } = shapeOf(
    "select extract($1 from placed_at) from orders o where lower(status) = $2 and placed_at between $3 and $4 and id = any($5::int[]) limit $6 offset $7",
  );
  expect(
    [...parameters.values()].map((role) =>
      role.kind === "compared" ? `${role.column.column} ${role.operator}` : role.kind,
    ),
  ).toEqual(
    expect.arrayContaining([
      "limit",
      "offset",
      "status =",
      "placed_at >=",
      "placed_at <=",
      "id any",
    ]),
  );
});
