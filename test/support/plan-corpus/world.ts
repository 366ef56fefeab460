/** The tables that all scenarios share; small enough to be made in a second or two. */
export const WORLD: readonly string[] = [
  `create table customers (
     id int primary key, name text not null, email varchar(120) not null,
     city text not null, score int not null, created_at timestamptz not null)`,
  `insert into customers
     select g, 'name ' || g, 'user' || g || '@example.com', 'city ' || g % 50, g % 997,
       timestamptz '2024-01-01 00:00:00+00' + g * interval '1 hour'
     from generate_series(1, 5000) g`,
  "create unique index customers_email on customers (email)",
  `create table orders (
     id int primary key, customer_id int not null, status text not null, kind int not null,
     total numeric(10, 2) not null, note text not null, created_at timestamptz not null)`,
  // One customer in three orders is the same: the average says nothing of it.
  `insert into orders
     select g, case when g % 3 = 0 then 7 else 1 + g * 7919 % 5000 end,
       case when g % 200 = 0 then 'failed' else 'done' end, g % 1000, (g * 37 % 10000) / 100.0,
       md5(g::text), timestamptz '2024-01-01 00:00:00+00' + g * interval '10 minutes'
     from generate_series(1, 60000) g`,
  "create index orders_customer on orders (customer_id)",
  "create index orders_created on orders (created_at)",
  `create table items (
     id int primary key, order_id int not null, sku text not null, quantity int not null)`,
  `insert into items select g, 1 + g % 60000, 'sku ' || g % 5000, g % 9
     from generate_series(1, 120000) g`,
  "create index items_order on items (order_id)",
  "create table places (id int, country int not null, region int not null, town int not null)",
  "insert into places select g, g % 20, g % 20, g % 20 from generate_series(1, 60000) g",
  "create table colours (id int primary key, label text not null)",
  "insert into colours select g, 'colour ' || g from generate_series(1, 200) g",
  "create table points (id int primary key, x int not null, y int not null)",
  "insert into points select g, g * 7 % 1000, g * 13 % 1000 from generate_series(1, 900) g",
  `create table events (id int not null, created_at date not null, payload text not null, primary key (id, created_at))
     partition by range (created_at)`,
  ...Array.from({ length: 24 }, (_, month) => {
    const from = new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10);
    const to = new Date(Date.UTC(2023, month + 1, 1)).toISOString().slice(0, 10);
    return `create table events_${month + 1} partition of events for values from ('${from}') to ('${to}')`;
  }),
  `insert into events select g, date '2023-01-01' + g % 700, 'payload ' || g
     from generate_series(1, 48000) g`,
  `create table wide (id int primary key, place int not null, pad text not null)`,
  `insert into wide select g, g * 7919 % 60000, repeat('w', 250) from generate_series(1, 60000) g`,
  "create index wide_place on wide (place)",
  // What scenarios write to: rows that were rolled back stay as dead ones.
  `create table tasks (id int primary key, state text not null, note text not null)`,
  `insert into tasks select g, case when g % 200 = 0 then 'failed' else 'done' end, md5(g::text)
     from generate_series(1, 20000) g`,
  "vacuum analyze",
];
