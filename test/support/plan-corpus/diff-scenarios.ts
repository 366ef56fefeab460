/** One of the two times that a statement is planned. */
export interface DiffSide {
  /** Where it differs from the other side's. */
  readonly statement?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Run in the same transaction before the statement, and rolled back. */
  readonly within?: readonly string[];
}

/** A statement that is really planned twice, and what is to be named as changed. */
export interface DiffScenario {
  readonly name: string;
  readonly statement: string;
  readonly before?: DiffSide;
  readonly after?: DiffSide;
  /** `kind: tables`, in any order; blocks are not listed. */
  readonly expected: readonly string[];
  /** @default all */
  readonly majors?: readonly number[];
}

const index = (definition: string): DiffSide => ({
  within: [`create index new_index on ${definition}`],
});
const off = (...methods: readonly string[]): Record<string, string> =>
  Object.fromEntries(methods.map((method) => [`enable_${method}`, "off"]));
const without = (...methods: readonly string[]): DiffSide => ({ settings: off(...methods) });

const TWO = "select count(o.note), count(i.sku) from orders o join items i on i.order_id = o.id";
const THREE =
  "select count(*) from customers c join orders o on o.customer_id = c.id join items i on i.order_id = o.id";
const JOINS = ["hashjoin", "mergejoin", "nestloop"] as const;
const only = (join: (typeof JOINS)[number], ...others: readonly string[]): DiffSide =>
  without(...JOINS.filter((one) => one !== join), "memoize", ...others);

const SCANS: readonly DiffScenario[] = [
  {
    name: "an index on the status",
    statement: "select id, total from orders where status = 'failed'",
    after: index("orders (status)"),
    expected: ["scan: orders"],
  },
  {
    name: "an index on the kind",
    statement: "select id, total from orders where kind = 5",
    after: index("orders (kind)"),
    expected: ["scan: orders"],
  },
  {
    name: "an index on an expression",
    statement: "select * from customers where lower(email) = 'user7@example.com'",
    after: { within: ["create index new_index on customers (lower(email))", "analyze customers"] },
    expected: ["scan: customers", "estimate: customers"],
  },
  {
    name: "a dropped index",
    statement: "select id, total from orders where customer_id = 9",
    after: { within: ["drop index orders_customer"] },
    expected: ["scan: orders"],
  },
  {
    name: "a dropped index on the inner side",
    statement: "select i.sku from orders o join items i on i.order_id = o.id where o.id = 4711",
    after: { within: ["drop index items_order"] },
    expected: ["scan: i"],
  },
  {
    name: "an index of more columns",
    statement: "select id, total from orders where customer_id = 9 and kind = 5",
    before: without("bitmapscan"),
    after: {
      settings: off("bitmapscan"),
      within: ["create index new_index on orders (customer_id, kind)"],
    },
    expected: ["index: orders"],
  },
  {
    name: "a partial index in place of a full one",
    statement: "select id from orders where customer_id = 7 and status = 'failed'",
    before: without("bitmapscan", "seqscan"),
    after: {
      settings: off("bitmapscan", "seqscan"),
      within: ["create index new_index on orders (customer_id) where status = 'failed'"],
    },
    expected: ["index: orders"],
  },
  {
    name: "a covering index",
    statement: "select total from orders where customer_id = 9",
    before: without("bitmapscan"),
    after: {
      settings: off("bitmapscan"),
      within: ["create index new_index on orders (customer_id) include (total)"],
    },
    expected: ["scan: orders"],
  },
  {
    name: "no index-only scan",
    statement: "select count(customer_id) from orders where customer_id between 10 and 20",
    before: without("bitmapscan"),
    after: without("bitmapscan", "indexonlyscan"),
    expected: ["scan: orders"],
  },
  {
    name: "a bitmap in place of an index scan",
    statement: "select count(note) from orders where customer_id between 10 and 20",
    before: without("bitmapscan", "seqscan"),
    after: without("indexscan", "seqscan"),
    expected: ["scan: orders"],
  },
  {
    name: "a bitmap of another index",
    statement: "select count(note) from orders where customer_id = 9 and kind between 1 and 900",
    before: { settings: off("seqscan", "indexscan") },
    after: {
      settings: off("seqscan", "indexscan"),
      within: [
        "drop index orders_customer",
        "create index new_index on orders (customer_id, kind)",
      ],
    },
    expected: ["index: orders"],
  },
  {
    name: "a sequential scan in place of an index",
    statement: "select count(note) from orders where customer_id between 10 and 20",
    before: without("seqscan"),
    after: without("indexscan", "bitmapscan", "indexonlyscan"),
    expected: ["scan: orders"],
  },
  {
    name: "another direction",
    statement: "select id, note from orders order by id limit 20",
    after: { statement: "select id, note from orders order by id desc limit 20" },
    expected: ["direction: orders"],
  },
  {
    name: "a month of partitions in place of all",
    statement: "select count(*) from events",
    after: {
      statement:
        "select count(*) from events where created_at >= '2023-03-01' and created_at < '2023-05-01'",
    },
    expected: ["partitions: events", "estimate: events", "rows: events"],
  },
  {
    name: "one partition in place of all",
    statement: "select count(payload) from events",
    after: {
      statement:
        "select count(payload) from events where created_at >= '2023-03-01' and created_at < '2023-04-01'",
    },
    expected: ["partitions: events", "estimate: events", "rows: events"],
  },
  {
    name: "all partitions in place of one",
    statement: "select count(payload) from events where created_at = '2023-03-07'",
    after: { statement: "select count(payload) from events where created_at::text = '2023-03-07'" },
    expected: ["partitions: events", "estimate: events"],
  },
  {
    name: "another value, the same plan",
    statement: "select id, note from orders where id = 4711",
    after: { statement: "select id, note from orders where id = 4712" },
    expected: [],
  },
  {
    name: "nothing",
    statement: THREE,
    expected: [],
  },
  {
    name: "a condition by the other column of an index",
    statement: "select count(payload) from events where id = 5 and created_at = '2023-01-06'",
    after: {
      statement:
        "select count(payload) from events where id = 5 and created_at > '2023-01-05' and created_at < '2023-01-07'",
    },
    expected: ["condition: events"],
  },
  {
    name: "another table by the same name",
    statement: "select count(*) from orders t where t.id > 0",
    before: without("indexscan", "bitmapscan", "indexonlyscan"),
    after: {
      statement: "select count(*) from items t where t.id > 0",
      settings: off("indexscan", "bitmapscan", "indexonlyscan"),
    },
    expected: ["table: t", "estimate: t", "rows: t"],
  },
  {
    name: "more rows from the same scan",
    statement: "select count(note) from orders where kind < 10",
    after: { statement: "select count(note) from orders where kind < 500" },
    expected: ["estimate: orders", "rows: orders"],
  },
];

const JOINING: readonly DiffScenario[] = [
  {
    name: "a merge join in place of a hash join",
    statement: TWO,
    before: only("hashjoin"),
    after: only("mergejoin", "sort"),
    expected: ["join-method: i, o", "scan: i", "scan: o"],
  },
  {
    name: "a merge join with a sort in place of a hash join",
    statement: "select count(*) from places p join colours c on c.id = p.town",
    before: only("hashjoin"),
    after: only("mergejoin"),
    expected: ["join-method: c, p", "added: p", "scan: c"],
  },
  {
    name: "a hash join in place of a merge join",
    statement: TWO,
    before: only("mergejoin", "sort"),
    after: only("hashjoin"),
    expected: ["join-method: i, o", "scan: i", "scan: o"],
  },
  {
    name: "a loop in place of a hash join",
    statement: `${TWO} where o.id < 1000`,
    before: only("hashjoin", "bitmapscan"),
    after: only("nestloop", "bitmapscan"),
    expected: ["join-method: i, o", "scan: i"],
  },
  {
    name: "a hash join in place of a loop",
    statement: `${TWO} where o.id < 100`,
    before: only("nestloop", "bitmapscan"),
    after: only("hashjoin", "bitmapscan"),
    expected: ["join-method: i, o", "scan: i"],
  },
  {
    name: "a loop over what is kept",
    statement: "select count(*) from colours a join points p on p.x = a.id",
    before: only("hashjoin", "indexscan", "bitmapscan", "indexonlyscan"),
    after: only("nestloop", "indexscan", "bitmapscan", "indexonlyscan"),
    expected: ["join-method: a, p", "added: a"],
  },
  {
    name: "a memoized loop",
    statement: "select count(c.name) from items i join customers c on c.id = i.quantity + 1",
    before: without("hashjoin", "mergejoin", "memoize", "material"),
    after: without("hashjoin", "mergejoin", "material"),
    expected: ["added: c"],
  },
  {
    name: "a left join in place of an inner one",
    statement: "select count(o.id) from customers c join orders o on o.customer_id = c.id",
    before: only("hashjoin"),
    after: {
      statement: "select count(o.id) from customers c left join orders o on o.customer_id = c.id",
      settings: { ...off("mergejoin", "nestloop", "memoize") },
    },
    expected: ["join-type: c, o"],
  },
  {
    name: "an anti join in place of a semi join",
    statement:
      "select count(*) from customers c where exists (select 1 from points p where p.x = c.id)",
    before: only("hashjoin"),
    after: {
      statement:
        "select count(*) from customers c where not exists (select 1 from points p where p.x = c.id)",
      settings: { ...off("mergejoin", "nestloop", "memoize") },
    },
    // From 16 on the larger side may be outside of either.
    majors: [14, 15],
    expected: ["join-type: c, p", "estimate: c, p", "rows: c, p"],
  },
  {
    name: "three tables, the same order by loops",
    statement: `${THREE} where c.id = 8`,
    before: only("nestloop", "bitmapscan"),
    after: only("nestloop", "bitmapscan"),
    expected: [],
  },
  {
    name: "three tables in the order that is written",
    statement:
      "select count(*) from items i join orders o on o.id = i.order_id join customers c on c.id = o.customer_id",
    before: { settings: { ...off("mergejoin", "nestloop", "memoize"), join_collapse_limit: "1" } },
    after: {
      statement:
        "select count(*) from customers c join orders o on o.customer_id = c.id join items i on i.order_id = o.id",
      settings: { ...off("mergejoin", "nestloop", "memoize"), join_collapse_limit: "1" },
    },
    expected: ["join-order: c, i, o"],
  },
  {
    name: "a table that is joined no more",
    statement: THREE,
    before: only("hashjoin"),
    after: {
      statement: "select count(*) from orders o join items i on i.order_id = o.id",
      settings: off("mergejoin", "nestloop", "memoize"),
    },
    expected: ["removed: c", "removed: c, i, o"],
  },
  {
    name: "a subquery for every row in place of a join",
    statement:
      "select c.id, n.count from customers c left join (select customer_id, count(*) from orders o group by 1) n on n.customer_id = c.id",
    before: only("hashjoin"),
    after: {
      statement:
        "select c.id, (select count(*) from orders o where o.customer_id = c.id) from customers c where c.id < 200",
      settings: off("mergejoin", "nestloop", "memoize"),
    },
    expected: [
      "subplan: o",
      "removed: c, o",
      "removed: o",
      "condition: o",
      "scan: c",
      "estimate: c",
      "rows: c",
    ],
  },
];

const STEPS: readonly DiffScenario[] = [
  {
    name: "an order by an index",
    statement: "select id, note from orders order by kind, id limit 20",
    after: index("orders (kind, id)"),
    expected: ["removed: orders", "scan: orders"],
  },
  {
    name: "an order by part of an index",
    statement: "select id, note from orders order by kind, total limit 20",
    after: index("orders (kind)"),
    expected: ["sort: orders", "scan: orders"],
  },
  {
    name: "another order",
    statement: "select id, name from customers order by name",
    after: { statement: "select id, name from customers order by city" },
    expected: ["sort: customers"],
  },
  {
    name: "no order",
    statement: "select id, name from customers order by name",
    after: { statement: "select id, name from customers" },
    expected: ["removed: customers"],
  },
  {
    name: "sorted groups in place of hashed ones",
    statement: "select kind, count(*) from orders group by kind",
    before: without("sort"),
    after: without("hashagg"),
    expected: ["aggregate: orders", "added: orders"],
  },
  {
    name: "hashed groups in place of sorted ones",
    statement: "select city, count(*) from customers group by city",
    before: without("hashagg"),
    after: without("sort"),
    expected: ["aggregate: customers", "removed: customers"],
  },
  {
    name: "a distinct by sorting",
    statement: "select distinct city from customers",
    before: without("sort"),
    after: without("hashagg"),
    expected: ["removed: customers", "added: customers", "added: customers"],
  },
  {
    name: "workers",
    statement: "select count(pad) from wide",
    before: { settings: { max_parallel_workers_per_gather: "0" } },
    after: {
      settings: {
        max_parallel_workers_per_gather: "2",
        min_parallel_table_scan_size: "0",
        parallel_setup_cost: "0",
        parallel_tuple_cost: "0",
      },
    },
    expected: ["parallel: wide", "aggregate: wide", "added: wide"],
  },
  {
    name: "fewer workers",
    statement: "select pad from wide where place % 100 = 1",
    before: {
      settings: {
        max_parallel_workers_per_gather: "3",
        min_parallel_table_scan_size: "0",
        parallel_setup_cost: "0",
        parallel_tuple_cost: "0",
      },
    },
    after: {
      settings: {
        max_parallel_workers_per_gather: "1",
        min_parallel_table_scan_size: "0",
        parallel_setup_cost: "0",
        parallel_tuple_cost: "0",
      },
    },
    expected: ["parallel: wide"],
  },
  {
    name: "a limit",
    statement: "select id, name from customers order by id",
    before: without("bitmapscan", "seqscan"),
    after: {
      statement: "select id, name from customers order by id limit 10",
      settings: off("bitmapscan", "seqscan"),
    },
    expected: ["added: customers"],
  },
  {
    name: "a CTE that is kept",
    statement:
      "with k as not materialized (select id, kind from orders) select count(*) from k where kind = 5",
    after: {
      statement:
        "with k as materialized (select id, kind from orders) select count(*) from k where kind = 5",
    },
    expected: ["subplan: orders", "added: k", "added: k", "removed: orders", "estimate: orders"],
  },
  {
    name: "a sort that fits",
    statement: "select id, note from orders order by note",
    before: { settings: { work_mem: "64kB" } },
    after: { settings: { work_mem: "64MB" } },
    expected: ["spill: orders"],
  },
  {
    name: "a hash table that does not fit",
    statement:
      "select count(*) from items i join orders o on o.id = i.order_id where o.note <> i.sku",
    before: { settings: { ...off("mergejoin", "nestloop"), work_mem: "64MB" } },
    after: { settings: { ...off("mergejoin", "nestloop"), work_mem: "64kB" } },
    expected: ["spill: o"],
  },
  {
    name: "groups that do not fit",
    statement: "select order_id, count(*) from items group by order_id",
    before: {
      settings: { ...off("sort", "indexscan", "indexonlyscan", "bitmapscan"), work_mem: "64MB" },
    },
    after: {
      settings: { ...off("sort", "indexscan", "indexonlyscan", "bitmapscan"), work_mem: "64kB" },
    },
    expected: ["spill: items"],
  },
  {
    name: "statistics of columns that depend on each other",
    statement: "select id from places where country = 7 and region = 7",
    after: {
      within: [
        "create statistics new_statistics (dependencies, mcv) on country, region from places",
        "analyze places",
      ],
    },
    expected: ["estimate: places"],
  },
  {
    name: "statistics that mend a join",
    statement:
      "select count(*) from places p join points q on q.x = p.id where p.country = 7 and p.region = 7",
    before: { settings: off("mergejoin", "nestloop") },
    after: {
      settings: off("mergejoin", "nestloop"),
      within: [
        "create statistics new_statistics (dependencies, mcv) on country, region from places",
        "analyze places",
      ],
    },
    expected: ["estimate: p"],
  },
  {
    name: "deleted rows",
    statement: "select count(note) from tasks",
    after: { within: ["delete from tasks where id > 5000"] },
    expected: ["rows: tasks"],
  },
  {
    name: "an update by an index",
    statement: "update tasks set note = 'x' where state = 'failed'",
    after: index("tasks (state)"),
    expected: ["scan: tasks"],
  },
  {
    name: "a union that keeps duplicates",
    statement: "select id from colours union select id from points",
    before: without("sort"),
    after: {
      statement: "select id from colours union all select id from points",
      settings: off("sort"),
    },
    expected: ["removed: colours, points"],
  },
  {
    name: "an initial plan",
    statement: "select count(*) from orders o where o.total > 50",
    after: {
      statement:
        "select count(*) from orders o where o.total > (select 50.0 + min(p.x) from points p)",
    },
    expected: ["subplan: p"],
  },
  {
    name: "locked rows",
    statement: "select * from tasks where id = 4711",
    after: { statement: "select * from tasks where id = 4711 for update" },
    expected: ["added: tasks"],
  },
];

export const DIFF_SCENARIOS: readonly DiffScenario[] = [...SCANS, ...JOINING, ...STEPS];
