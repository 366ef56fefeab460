import type { Asked } from "./ask.ts";

/** What a shop platform sells, with the indexes that its operators would have made. */
export const SCHEMA = `
  create table sales (
    id bigint generated always as identity primary key, shop_id integer not null, product_id integer not null,
    status text not null, quantity integer not null, amount numeric(10,2) not null, margin double precision not null,
    sold_at timestamptz not null, shipped_on date);
  insert into sales (shop_id, product_id, status, quantity, amount, margin, sold_at, shipped_on)
    select 1 + (random() * 19)::int, 1 + (random() ^ 2 * 2999)::int,
           (array['paid', 'paid', 'paid', 'open', 'returned'])[1 + (random() * 4)::int], 1 + (random() * 5)::int,
           (random() * 200)::numeric(10,2), random(), timestamptz '2026-01-01 00:00+00' + n * interval '39 seconds',
           case when random() < 0.9 then date '2026-01-02' + n / 2215 end
    from generate_series(1, 400000) as n;
  create table shops (id integer primary key, name text not null, country text not null);
  insert into shops select n, 'shop ' || n, (array['DE', 'FR', 'MX'])[1 + n % 3] from generate_series(1, 20) as n;
  create index on sales (shop_id, sold_at);
  create index on sales (sold_at);
  create index on sales (product_id);`;

/** How a statement should be answered beforehand, by what can be kept exactly. */
type Expected = "trigger" | "refresh" | "declined";

export interface SaleStatement extends Asked {
  readonly name: string;
  readonly expected: Expected;
}

const NONE = (): readonly string[] => [];
const dayOf = (number: number): string =>
  new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10);

export const STATEMENTS: readonly SaleStatement[] = [
  {
    name: "a shop's days",
    text: `select to_char(sold_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as sales, sum(amount) as revenue
           from sales where shop_id = $1 and sold_at >= $2 and sold_at < $3 group by 1 order by 1`,
    expected: "trigger",
    values: (call) => [String(1 + (call % 3)), dayOf(call * 5), dayOf(call * 5 + 60)],
  },
  {
    name: "sales by status",
    text: "select status, count(*), sum(amount), avg(amount) from sales group by status",
    expected: "trigger",
    values: NONE,
  },
  {
    name: "all sales",
    text: "select count(*) from sales",
    expected: "trigger",
    values: NONE,
  },
  {
    name: "best shops",
    text: "select shop_id, sum(amount) as revenue from sales where status = 'paid' group by shop_id order by revenue desc, shop_id limit 10",
    expected: "trigger",
    values: NONE,
  },
  {
    name: "revenue since a moment",
    text: "select status, sum(amount) from sales where sold_at >= $1 group by status",
    expected: "trigger",
    values: (call) => [`${dayOf(call * 7)} 10:17:03+00`],
  },
  {
    name: "weeks of the session's own zone",
    text: "select date_trunc('week', sold_at) as week, sum(quantity) from sales where status = $1 group by 1 order by 1",
    expected: "trigger",
    values: () => ["paid"],
  },
  {
    name: "shipments by day",
    text: "select shipped_on, count(*), sum(quantity) filter (where status = 'returned') as returned from sales group by shipped_on",
    expected: "trigger",
    values: NONE,
  },
  {
    name: "returns of a shop",
    text: "select avg(quantity), count(*) filter (where status = $2) as returned from sales where shop_id = $1",
    expected: "trigger",
    values: (call) => [String(1 + (call % 2)), "returned"],
  },
  {
    name: "largest sale of each shop",
    text: "select shop_id, max(amount), min(sold_at) from sales group by shop_id",
    expected: "refresh",
    values: NONE,
  },
  {
    name: "sales by country of the shop",
    text: `select shops.country, sales.status, count(*), sum(sales.amount) as revenue from sales join shops on shops.id = sales.shop_id
           where shops.country = $1 group by shops.country, sales.status order by revenue desc`,
    expected: "refresh",
    values: () => ["DE"],
  },
  {
    name: "mean margin",
    text: "select status, avg(margin) from sales group by status",
    expected: "refresh",
    values: NONE,
  },
  {
    name: "different buyers of products",
    text: "select status, count(distinct product_id) from sales group by status",
    expected: "declined",
    values: NONE,
  },
  {
    name: "median amount",
    text: "select status, percentile_cont(0.5) within group (order by amount) from sales group by status",
    expected: "declined",
    values: NONE,
  },
  {
    name: "sales by second",
    text: "select date_trunc('second', sold_at) as second, count(*) from sales group by 1 order by 2 desc, 1 limit 5",
    // The counters do not tell that it counts by seconds: what is advised must bring the same rows all the same.
    expected: "trigger",
    values: NONE,
  },
  {
    name: "sales by margin",
    text: "select margin, count(*) from sales group by margin order by 2 desc, 1 limit 5",
    expected: "declined",
    values: NONE,
  },
];
