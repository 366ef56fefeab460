import type { PlanScenario } from "./scenario.ts";

const STATEMENTS: readonly (readonly [string, string])[] = [
  ["a row by its key", "select * from orders where id = 4711"],
  ["rows by a list of keys", "select * from orders where id in (1, 2, 3, 4711)"],
  ["rows by an array of keys", "select * from orders where id = any (array[1, 2, 3, 4711])"],
  ["a row by a unique index", "select * from customers where email = 'user9@example.com'"],
  ["rows by an index", "select id, total from orders where customer_id = 9"],
  [
    "a day by a range",
    "select total from orders where created_at >= '2024-02-03' and created_at < '2024-02-04'",
  ],
  ["the first page", "select id, note from orders order by id limit 20"],
  ["a later page by its key", "select id, note from orders where id > 30000 order by id limit 20"],
  ["the last rows", "select id, note from orders order by id desc limit 20"],
  ["a short offset", "select id from orders order by id limit 20 offset 100"],
  ["the whole of a small table", "select * from colours"],
  ["a filter on a small table", "select * from colours where label = 'colour 7'"],
  ["a filter on a thousand rows", "select * from points where x = 7"],
  ["a count of all", "select count(*) from orders"],
  ["a sum of all", "select sum(total) from orders"],
  ["groups of few", "select status, count(*) from orders group by status"],
  ["groups of many", "select customer_id, count(*) from orders group by customer_id"],
  ["a filter that keeps most", "select count(*) from orders where status = 'done'"],
  ["a filter that keeps half", "select count(*) from orders where kind < 500"],
  ["a hash join of all", "select count(*) from items i join orders o on o.id = i.order_id"],
  [
    "a join of one",
    "select i.sku from orders o join items i on i.order_id = o.id where o.id = 4711",
  ],
  [
    "a join of some",
    "select i.sku from orders o join items i on i.order_id = o.id where o.customer_id = 9",
  ],
  [
    "a left join of one",
    "select c.id, o.id from customers c left join orders o on o.customer_id = c.id where c.id = 8",
  ],
  [
    "a semi join",
    "select count(*) from customers c where exists (select 1 from orders o where o.customer_id = c.id)",
  ],
  [
    "an anti join",
    "select count(*) from orders o where not exists (select 1 from items i where i.order_id = o.id)",
  ],
  ["a hashed subplan", "select count(*) from orders where id not in (select id from colours)"],
  ["an initial plan", "select count(*) from orders where total > (select avg(total) from orders)"],
  ["a greatest by an index", "select max(id) from orders"],
  ["a sort in memory", "select id, name from customers order by name"],
  ["the top of a sort", "select id, total from orders order by total desc limit 10"],
  ["a window", "select id, row_number() over (order by id) from customers"],
  [
    "a window over groups",
    "select id, rank() over (partition by city order by score) from customers",
  ],
  ["values", "select * from (values (1, 'a'), (2, 'b')) v (id, label)"],
  ["a series", "select sum(g) from generate_series(1, 1000) g"],
  ["a union", "select id from colours union select id from points where id < 100"],
  ["a union of all", "select id from colours union all select id from points"],
  ["an except", "select id from points except select id from colours"],
  ["a distinct", "select distinct city from customers"],
  ["an insert", "insert into tasks values (100001, 'new', 'another')"],
  [
    "an insert of many",
    "insert into tasks select g, 'new', 'more' from generate_series(200001, 201000) g",
  ],
  [
    "an upsert",
    "insert into tasks values (1, 'new', 'red') on conflict (id) do update set note = excluded.note",
  ],
  ["an update of one", "update tasks set note = 'x' where id = 4711"],
  ["a delete of one", "delete from tasks where id = 4711"],
  ["a locked row", "select * from tasks where id = 4711 for update"],
  ["a CTE that is inlined", "with c as (select * from orders) select * from c where id = 5"],
  [
    "a CTE that is read twice",
    "with c as materialized (select id from colours) select count(*) from c a join c b on a.id = b.id",
  ],
  [
    "a recursive CTE",
    "with recursive n (i) as (select 1 union all select i + 1 from n where i < 500) select sum(i) from n",
  ],
  ["one partition", "select count(*) from events where created_at = '2023-03-07'"],
  [
    "a month of partitions",
    "select count(*) from events where created_at >= '2023-03-01' and created_at < '2023-04-01'",
  ],
  ["all partitions", "select count(*) from events"],
  [
    "a key with its partition",
    "select payload from events where id = 4711 and created_at = '2024-09-24'",
  ],
  [
    "a lateral join of few",
    "select c.id, o.id from customers c cross join lateral (select id from orders o where o.customer_id = c.id order by id limit 3) o where c.id between 10 and 20",
  ],
  [
    "a lookup for a hundred",
    "select count(*) from colours c join orders o on o.id = c.id where c.id <= 100",
  ],
  ["a result without a table", "select now()"],
  ["a condition that is false", "select * from orders where false"],
  [
    "a distinct on",
    "select distinct on (city) city, name from customers order by city, score desc",
  ],
];

/** Plans as they should be. */
export const HEALTHY_SCENARIOS: readonly PlanScenario[] = [
  ...STATEMENTS.map(([name, statement]) => ({
    name,
    statement,
    settings: { max_parallel_workers_per_gather: "0", work_mem: "16MB" },
    expected: [],
  })),
  {
    name: "a parallel count",
    statement: "select count(*) from wide",
    settings: {
      max_parallel_workers_per_gather: "2",
      min_parallel_table_scan_size: "0",
      parallel_setup_cost: "0",
      parallel_tuple_cost: "0",
    },
    expected: [],
  },
  {
    name: "an index of block ranges",
    setup: [
      "create table readings as select g as id, timestamptz '2024-01-01' + g * interval '1 minute' as at from generate_series(1, 60000) g",
      "create index readings_at on readings using brin (at) with (pages_per_range = 8)",
      "vacuum analyze readings",
    ],
    statement: "select count(*) from readings where at >= '2024-01-05' and at < '2024-01-12'",
    settings: { max_parallel_workers_per_gather: "0", enable_seqscan: "off" },
    expected: [],
  },
];
