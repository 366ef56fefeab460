import type { PlanScenario } from "./scenario.ts";

/** What makes the planner take the path whose problem is meant. */
const ONLY_LOOPS = { enable_hashjoin: "off", enable_mergejoin: "off", enable_memoize: "off" };
const LITTLE = { work_mem: "64kB" };
const ALONE = { max_parallel_workers_per_gather: "0" };

const ESTIMATES: readonly PlanScenario[] = [
  {
    name: "columns that depend on each other",
    statement: "select id from places where country = 7 and region = 7 and town = 7",
    expected: ["plan/row-estimate @ Seq Scan on places", "plan/rows-filtered @ Seq Scan on places"],
  },
  {
    name: "columns that depend on each other, below a join",
    statement:
      "select count(*) from places p join colours c on c.id = p.country where p.country = 7 and p.region = 7",
    expected: ["plan/row-estimate @ Seq Scan on places", "plan/rows-filtered @ Seq Scan on places"],
  },
  {
    name: "a remainder that has no statistics",
    statement: "select id, note from orders where kind % 4 = 3",
    expected: ["plan/row-estimate @ Seq Scan on orders"],
  },
  {
    name: "a length that has no statistics",
    statement: "select count(total) from orders where length(note) = 32",
    expected: ["plan/row-estimate @ Seq Scan on orders"],
  },
  {
    name: "a function that returns more rows than it says",
    setup: [
      `create function many_numbers() returns setof int language plpgsql as
         $$ begin return query select generate_series(1, 30000); end $$`,
    ],
    statement: "select count(*) from many_numbers() n",
    expected: ["plan/row-estimate @ Function Scan"],
  },
  {
    name: "a document with more members than the planner thinks",
    statement:
      "select count(*) from jsonb_array_elements((select jsonb_agg(g) from generate_series(1, 20000) g)) e",
    expected: ["plan/row-estimate @ Function Scan"],
  },
  {
    name: "a customer who orders much more than the others",
    statement:
      "select o.total from customers c join orders o on o.customer_id = c.id where c.email = 'user7@example.com'",
    settings: { ...ALONE, enable_hashjoin: "off", enable_mergejoin: "off" },
    expected: ["plan/row-estimate @ orders"],
  },
];

const STATISTICS: readonly PlanScenario[] = [
  {
    name: "a table that lost most of its rows since it was analysed",
    setup: [
      "create table shrunk as select g as id, repeat('s', 60) as pad from generate_series(1, 30000) g",
      "analyze shrunk",
      "delete from shrunk where id % 10 > 0",
    ],
    statement: "select count(pad) from shrunk",
    expected: ["plan/stale-statistics @ Seq Scan on shrunk"],
  },
  {
    name: "a table that was never analysed",
    setup: [
      "create table fresh as select g as id, repeat('f', 500) as pad from generate_series(1, 20000) g",
    ],
    statement: "select count(pad) from fresh",
    expected: ["plan/stale-statistics @ Seq Scan on fresh"],
  },
  {
    name: "a value that came after the table was analysed",
    setup: [
      "create table grown as select g as id, 'old' as state from generate_series(1, 5000) g",
      "analyze grown",
      "insert into grown select g, 'new' from generate_series(1, 30000) g",
    ],
    statement: "select count(id) from grown where state = 'new'",
    hasSnapshot: true,
    expected: ["plan/stale-statistics @ Seq Scan on grown"],
  },
  {
    name: "a table of mostly empty pages",
    setup: [
      "create table hollow as select g as id, repeat('h', 60) as pad from generate_series(1, 40000) g",
      "delete from hollow where id % 150 > 0",
      "analyze hollow",
    ],
    statement: "select count(pad) from hollow",
    expected: ["plan/bloat @ Seq Scan on hollow"],
  },
  {
    name: "a table of half-empty pages, told by the catalogue",
    setup: [
      "create table sparse as select g as id, repeat('s', 60) as pad from generate_series(1, 40000) g",
      "delete from sparse where id % 10 > 0",
      "vacuum analyze sparse",
    ],
    statement: "select count(pad) from sparse",
    hasSnapshot: true,
    expected: ["plan/bloat @ Seq Scan on sparse"],
  },
];

const SCANS: readonly PlanScenario[] = [
  {
    name: "a rare status without an index",
    statement: "select id, total from orders where status = 'failed'",
    settings: ALONE,
    expected: ["plan/rows-filtered @ Seq Scan on orders"],
  },
  {
    name: "a name without an index",
    statement: "select * from customers where name = 'name 4711'",
    expected: ["plan/rows-filtered @ Seq Scan on customers"],
  },
  {
    name: "a pattern that begins with a wildcard",
    statement: "select id from orders where note like '%abcdef%'",
    settings: ALONE,
    expected: ["plan/rows-filtered @ Seq Scan on orders"],
  },
  {
    name: "an index that finds much, and a filter that keeps little of it",
    statement: "select count(total) from orders where customer_id between 1 and 3000 and kind = 5",
    settings: { ...ALONE, enable_seqscan: "off", enable_bitmapscan: "off" },
    expected: ["plan/rows-filtered @ Index Scan using orders_customer on orders"],
  },
  {
    name: "a bitmap that finds much, and a filter that keeps little of it",
    statement: "select count(total) from orders where customer_id between 1 and 3000 and kind = 5",
    settings: { ...ALONE, enable_seqscan: "off", enable_indexscan: "off" },
    expected: ["plan/rows-filtered @ Bitmap Heap Scan on orders"],
  },
  {
    name: "an update that looks for few rows in all",
    statement: "update tasks set note = 'again' where state = 'failed' and id % 400 = 0",
    settings: ALONE,
    expected: ["plan/rows-filtered @ Seq Scan on tasks"],
  },
  {
    name: "a scan for one row, not run",
    statement: "select * from customers where name = 'name 4711'",
    isNotRun: true,
    expected: [],
  },
  {
    name: "a scan of much for few rows, not run",
    statement: "select id, total from orders where kind = 5",
    isNotRun: true,
    settings: ALONE,
    expected: ["plan/rows-filtered @ Seq Scan on orders"],
  },
  {
    name: "a function around a column, not run",
    statement: "select id from wide where md5(pad) = 'x' and place > 3",
    isNotRun: true,
    settings: ALONE,
    expected: ["plan/hidden-index @ Seq Scan on wide"],
  },
  {
    name: "lower() around a column with an index",
    statement: "select * from customers where lower(email) = 'user7@example.com'",
    expected: ["plan/hidden-index @ Seq Scan on customers"],
  },
  {
    name: "a time cut to its day",
    statement: "select total from orders where created_at::date = date '2024-02-03'",
    settings: ALONE,
    expected: ["plan/hidden-index @ Seq Scan on orders"],
  },
  {
    name: "a time cut to its month",
    statement:
      "select total from orders where date_trunc('day', created_at) = timestamptz '2024-02-03 00:00:00+00'",
    settings: ALONE,
    expected: ["plan/hidden-index @ Seq Scan on orders"],
  },
  {
    name: "arithmetic on the key",
    statement: "select * from orders where id + 1 = 4711",
    settings: ALONE,
    expected: ["plan/hidden-index @ Seq Scan on orders"],
  },
  {
    name: "a number asked for as text",
    statement: "select * from orders where id::text = '4711'",
    settings: ALONE,
    hasSnapshot: true,
    expected: ["plan/hidden-index @ Seq Scan on orders"],
  },
  {
    name: "a number asked for as text, where the column's type is not known",
    statement: "select * from orders where id::text = '4711'",
    settings: ALONE,
    expected: ["plan/rows-filtered @ Seq Scan on orders"],
  },
  {
    name: "a whole number compared as a decimal",
    statement: "select * from orders where id = 4711.0",
    settings: ALONE,
    expected: ["plan/hidden-index @ Seq Scan on orders"],
  },
  {
    name: "pages that nobody vacuumed",
    setup: [
      "create table unseen (id int primary key, pad text)",
      "insert into unseen select g, repeat('u', 40) from generate_series(1, 20000) g",
      "analyze unseen",
    ],
    statement: "select count(id) from unseen where id between 1 and 15000",
    settings: { ...ALONE, enable_seqscan: "off", enable_bitmapscan: "off" },
    expected: ["plan/heap-fetches @ Index Only Scan using unseen_pkey on unseen"],
  },
  {
    name: "a bitmap without memory for rows",
    statement: "select count(pad) from wide where place < 30000",
    settings: { ...LITTLE, ...ALONE, enable_seqscan: "off", enable_indexscan: "off" },
    expected: ["plan/lossy-bitmap @ Bitmap Heap Scan on wide"],
  },
  {
    name: "a month cut from the partition key",
    statement:
      "select count(payload) from events where extract(year from created_at) * 100 + extract(month from created_at) = 202303",
    settings: ALONE,
    expected: ["plan/unpruned-partitions @ Append", "plan/row-estimate @ Seq Scan on events_3"],
  },
  {
    name: "a text made of the partition key",
    statement: "select count(payload) from events where to_char(created_at, 'YYYY-MM') = '2023-03'",
    settings: ALONE,
    expected: ["plan/unpruned-partitions @ Append", "plan/row-estimate @ Seq Scan on events_3"],
  },
  {
    name: "a key without the partition key",
    statement: "select payload from events where id = 4711",
    settings: ALONE,
    expected: ["plan/unpruned-partitions @ Append"],
  },
];

const MEMORY: readonly PlanScenario[] = [
  {
    name: "a sort that does not fit",
    statement: "select id, note from orders order by note",
    settings: { ...LITTLE, ...ALONE },
    expected: ["plan/spill @ Sort"],
  },
  {
    name: "a sort of two keys that does not fit",
    statement: "select id, sku from items order by sku, quantity desc",
    settings: { work_mem: "256kB", ...ALONE },
    expected: ["plan/spill @ Sort"],
  },
  {
    name: "a sort within parallel workers that does not fit",
    statement: "select id, pad from wide order by pad, id",
    settings: {
      ...LITTLE,
      max_parallel_workers_per_gather: "2",
      min_parallel_table_scan_size: "0",
      parallel_setup_cost: "0",
      parallel_tuple_cost: "0",
      debug_parallel_query: "off",
    },
    majors: [16, 17, 18],
    expected: ["plan/spill @ Sort"],
  },
  {
    name: "a hash table that does not fit",
    statement:
      "select count(*) from items i join orders o on o.id = i.order_id where o.note <> 'x' and i.sku <> o.note",
    settings: { ...LITTLE, ...ALONE, enable_mergejoin: "off", enable_nestloop: "off" },
    expected: ["plan/spill @ Hash"],
  },
  {
    name: "groups that do not fit",
    statement: "select order_id, count(*), max(sku) from items group by order_id",
    settings: {
      ...LITTLE,
      ...ALONE,
      enable_sort: "off",
      enable_indexscan: "off",
      enable_bitmapscan: "off",
    },
    expected: ["plan/spill @ Aggregate"],
  },
  {
    name: "a kept CTE that does not fit",
    statement:
      "with c as materialized (select id, note from orders) select count(*) from c a join c b on b.id = a.id + 1 and b.note > a.note",
    settings: {
      work_mem: "1MB",
      ...ALONE,
      enable_mergejoin: "off",
      enable_nestloop: "off",
      hash_mem_multiplier: "20",
    },
    // Before 17 the planner knew nothing of a CTE's values, and took other steps.
    majors: [17, 18],
    expected: ["plan/spill @ CTE Scan on c"],
  },
];

const REPETITIONS: readonly PlanScenario[] = [
  {
    name: "a loop over a table without an index",
    statement:
      "select count(*) from customers c join colours o on o.label = 'colour ' || c.score % 200 where c.id <= 1500",
    settings: ONLY_LOOPS,
    expected: ["plan/nested-loop @ Nested Loop"],
  },
  {
    name: "a join by an inequality",
    statement: "select count(*) from points a join points b on a.x < b.y and a.y > b.x",
    expected: ["plan/nested-loop @ Nested Loop"],
  },
  {
    name: "sixty thousand lookups",
    statement: "select count(i.sku) from orders o join items i on i.order_id = o.id",
    settings: { ...ONLY_LOOPS, ...ALONE, enable_bitmapscan: "off", enable_seqscan: "off" },
    expected: ["plan/nested-loop @ Nested Loop"],
  },
  {
    name: "more lookups than the planner thought of",
    statement:
      "select count(i.sku) from customers c join orders o on o.customer_id = c.id join items i on i.order_id = o.id where c.email = 'user7@example.com'",
    settings: { ...ALONE, ...ONLY_LOOPS },
    expected: ["plan/row-estimate @ orders", "plan/nested-loop @ Nested Loop"],
  },
  {
    name: "a count for every row, by an index",
    statement:
      "select c.id, (select count(*) from orders o where o.customer_id = c.id and o.total > 1) from customers c where c.id > 7",
    settings: ALONE,
    expected: ["plan/subplan-per-row @ Aggregate"],
  },
  {
    name: "a count for every row of a page, without an index",
    statement:
      "select c.id, (select count(*) from places p where p.id = c.score) from customers c order by c.id limit 20",
    settings: ALONE,
    expected: ["plan/subplan-per-row @ Aggregate", "plan/rows-filtered @ Seq Scan on places"],
  },
  {
    name: "a subquery in a condition, for every row",
    statement:
      "select count(*) from orders o where o.id <= 3000 and o.total > (select avg(i.quantity) from items i where i.order_id = o.id)",
    settings: ALONE,
    expected: ["plan/subplan-per-row @ Aggregate"],
  },
  {
    name: "an offset by the key",
    statement: "select id, note from orders order by id limit 20 offset 30000",
    settings: ALONE,
    expected: ["plan/offset @ Limit"],
  },
  {
    name: "an offset by another order",
    statement: "select id, note from orders order by total, id limit 20 offset 30000",
    settings: { ...ALONE, work_mem: "16MB" },
    expected: ["plan/offset @ Limit"],
  },
  {
    name: "an offset, not run",
    statement: "select id, note from orders order by id limit 20 offset 30000",
    settings: ALONE,
    isNotRun: true,
    expected: ["plan/offset @ Limit"],
  },
  {
    name: "a CTE of all for one",
    statement: "with c as materialized (select * from orders) select * from c where id = 5",
    settings: { ...ALONE, work_mem: "32MB" },
    expected: ["plan/materialised-cte @ Seq Scan on orders"],
  },
  {
    name: "a CTE that is read once",
    statement:
      "with c as materialized (select id, customer_id from orders) select customer_id, count(*) from c group by customer_id",
    settings: ALONE,
    expected: [
      "plan/materialised-cte @ Seq Scan on orders",
      // The planner takes 200 groups for whatever comes out of a CTE.
      "plan/row-estimate @ Aggregate",
    ],
  },
  {
    name: "more tables than the planner weighs quickly",
    statement: `select count(*) from ${Array.from({ length: 10 }, (_, one) => `colours c${one}`).join(", ")} where ${Array.from({ length: 9 }, (_, one) => `c${one}.id = c${one + 1}.id`).join(" and ")} and c0.id = 1`,
    settings: { ...ALONE, join_collapse_limit: "12", from_collapse_limit: "12", geqo: "off" },
    expected: ["plan/planning-time @ Aggregate"],
  },
];

export const PROBLEM_SCENARIOS: readonly PlanScenario[] = [
  ...ESTIMATES,
  ...STATISTICS,
  ...SCANS,
  ...MEMORY,
  ...REPETITIONS,
];
