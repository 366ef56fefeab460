import { type DropCase, kept, onTable, TABLE, tableOf } from "./drop-case.ts";

/** An index that no scan was seen of, and a statement that would lose it. */
function needed(
  name: string,
  index: string,
  statement: string,
  rest: Partial<DropCase> = {},
): DropCase {
  return {
    name,
    index: "§_x",
    sql: onTable(`create index §_x on § ${index}`),
    statements: [statement],
    expected: kept("statement-loses"),
    ...rest,
  };
}

function scanned(name: string, index: string, scan: string): DropCase {
  return {
    name,
    index: "§_x",
    sql: onTable(`create index §_x on § ${index}`),
    scans: [scan],
    expected: kept("scanned"),
  };
}

function doubted(name: string, reason: string, rest: Partial<DropCase>): DropCase {
  return {
    name,
    index: "§_x",
    sql: onTable("create index §_x on § (a)"),
    expected: kept(reason),
    ...rest,
  };
}

const VACUUMED = { alone: ["vacuum analyze §"] } as const;

/** Indexes that are used, or may be. */
export const USED_CASES: readonly DropCase[] = [
  scanned("a B-tree that was scanned", "(c)", "select id from § where c = 'x'"),
  scanned(
    "a partial index that was scanned",
    "(c) where e",
    "select id from § where e and c = 'x'",
  ),
  scanned("an expression that was scanned", "(lower(c))", "select id from § where lower(c) = 'x'"),
  scanned("a hash index that was scanned", "using hash (c)", "select id from § where c = 'x'"),
  scanned("a GiST index that was scanned", "using gist (p)", "select id from § where p @> 5"),
  scanned("an index that a sort reads", "(d)", "select id from § order by d limit 1"),
  needed("a rare report's search by equality", "(c)", "select * from § where c = 'word 1'"),
  needed(
    "a rare report's search by a range",
    "(d)",
    "select * from § where d > '2026-01-02 09:00+00'",
  ),
  needed("a list of the latest", "(d desc)", "select * from § order by d desc limit 5"),
  needed("a list by two columns", "(b, d)", "select * from § where b = 3 order by d limit 5"),
  needed("the largest of a column", "(d)", "select max(d) from §"),
  needed("the smallest of a column", "(f)", "select min(f) from §"),
  needed("the largest within a group", "(b, d)", "select max(d) from § where b = 4"),
  needed("one of several values", "(c)", "select * from § where c in ('x', 'y', 'z')"),
  needed("an array of values", "(c)", "select * from § where c = any(array['x', 'y'])"),
  needed("a pattern", "(c text_pattern_ops)", "select * from § where c like 'word ab%'"),
  needed("a search by an expression", "(lower(c))", "select * from § where lower(c) = 'word x'"),
  needed("a search in documents", "using gin (j)", "select * from § where j @> '{\"k\": 7}'"),
  needed(
    "a search in documents by path",
    "using gin (j jsonb_path_ops)",
    "select * from § where j @> '{\"k\": 7}'",
  ),
  needed("a search in arrays", "using gin (r)", "select * from § where r @> array[1234]"),
  needed("a search by a hash index", "using hash (c)", "select * from § where c = 'word x'"),
  needed(
    "a search by the predicate of a partial index",
    "(c) where e",
    "select * from § where e and c = 'word x'",
  ),
  needed(
    "the rows that lack a value",
    "(id) where f is null and e",
    "select id from § where f is null and e order by id limit 3",
  ),
  needed("a search by a row of two columns", "(a, b)", "select * from § where (a, b) = (5, 7)"),
  needed(
    "a join by the column",
    "(c)",
    "select y.id from § z join § y on y.c = z.c where z.id = 5",
  ),
  needed(
    "a subquery that looks for a row",
    "(c)",
    "select id from § z where id < 5 and exists (select from § y where y.c = z.c and y.id <> z.id)",
  ),
  needed("an update by the column", "(c)", "update § set b = 1 where c = 'word x'"),
  needed("a delete by the column", "(c)", "delete from § where c = 'word x'"),
  needed(
    "a statement inside a common table expression",
    "(c)",
    "with w as (select * from § where c = 'word x') select count(*) from w",
  ),
  needed("one arm of a union", "(c)", "select id from § where c = 'word x' union all select 1"),
  needed(
    "a delete that moves rows on",
    "(c)",
    "with gone as (delete from § where c = 'word x' returning id) select count(*) from gone",
  ),
  needed("a search that a view hides", "(c)", "select * from §_v where c = 'word x'", {
    sql: onTable("create index §_x on § (c); create view §_v as select id, c from §"),
  }),
  needed("a search that two views hide", "(c)", "select * from §_w where c = 'word x'", {
    sql: onTable(
      "create index §_x on § (c); create view §_v as select id, c from §; create view §_w as select * from §_v where id > 0",
    ),
  }),
  needed(
    "a count that reads the index alone",
    "(b)",
    "select count(*) from § where b < 12",
    VACUUMED,
  ),
  needed(
    "a list that reads the index alone",
    "(a) include (c)",
    "select a, c from § where a = 5",
    VACUUMED,
  ),
  needed("a search of a materialized view", "(c)", "select * from §_v where c = 'word x'", {
    sql: `${TABLE}create materialized view §_v as select id, c from §; create index §_x on §_v (c);`,
  }),
  needed("a search of a partitioned table", "(c)", "select * from § where c = 'x7'", {
    sql: `create table § (id int not null, c text not null) partition by range (id);
create table §_1 partition of § for values from (0) to (2000); create table §_2 partition of § for values from (2000) to (5000);
insert into § select g, 'x' || g from generate_series(1, 3000) g; create index §_x on § (c);`,
  }),
  needed("a search of one partition", "(c)", "select * from §_1 where c = 'x7'", {
    sql: `create table § (id int not null, c text not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000);
insert into § select g, 'x' || g from generate_series(1, 3000) g; create index §_x on § (c);`,
  }),
  needed(
    "a search of the whole table that needs one partition's own index",
    "(c)",
    "select * from § where c = 'x7'",
    {
      sql: `create table § (id int not null, c text not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000);
insert into § select g, 'x' || g from generate_series(1, 3000) g; create index §_x on §_1 (c);`,
    },
  ),
  needed("a search of a table through its child", "(c)", "select * from §_p where c = 'x7'", {
    sql: `create table §_p (c text); create table § () inherits (§_p);
insert into § select 'x' || g from generate_series(1, 3000) g; create index §_x on § (c);`,
  }),
  needed(
    "the rare value of a column whose common one needs no index",
    "(b)",
    "select * from § where b = 77",
    {
      sql: `${tableOf(1_200)}update § set b = case when id = 7 then 77 else 1 end; create index §_x on § (b);`,
      ...VACUUMED,
    },
  ),
  needed(
    "an expression whose statistics shape a plan",
    "((a + b * 100))",
    "select count(*) from § where a + b * 100 < 5000",
    {
      expected: kept("estimates-change"),
    },
  ),
  needed(
    "an expression whose statistics tell of groups",
    "((a % 7))",
    "select a % 7, count(*) from § group by 1",
    {
      expected: kept("estimates-change"),
    },
  ),
  needed("a statement that the twin cannot plan", "(a)", "select §_unknown(a) from § where a = 5", {
    expected: kept("statement-not-planned"),
  }),
  needed("a statement on the table that cannot be read", "(a)", "select from § where where a = 5", {
    expected: kept("statement-not-planned"),
  }),
  doubted("an index that a replica alone scans", "scanned", {
    world: "a replica that scans it",
  }),
  doubted("an index that a replica may scan", "replicas-not-read", {
    world: "a replica that was not read",
  }),
  doubted("an index looked at from a replica", "primary-not-read", {
    world: "looked at from a replica",
  }),
  doubted("an index that was watched for three days", "watched-too-briefly", { watchedDays: 3 }),
  doubted("an index that was watched for an hour", "watched-too-briefly", { watchedDays: 1 / 24 }),
  doubted("an index that was made a moment ago", "watched-too-briefly", { watchedDays: 0 }),
  doubted("an index that was watched for all but a month", "watched-too-briefly", {
    watchedDays: 30,
  }),
  doubted("an index of a yearly job, scanned a hundred days ago", "scanned-before", {
    lastScanDays: 100,
  }),
  doubted("an index of a yearly job, scanned 360 days ago", "scanned-before", {
    lastScanDays: 360,
    watchedDays: 300,
  }),
  doubted("an index of a monthly job, scanned 40 days ago", "scanned-before", { lastScanDays: 40 }),
  doubted("an index of a table that nobody read", "table-not-read", { isUnread: true }),
  doubted("an index of an archive that is only written", "table-not-read", {
    isUnread: true,
    statements: [
      "insert into § (id, a, b, c, d, e, j, r, p) values (9000, 1, 2, 'x', now(), true, '{}', '{}', '[1,2)')",
    ],
  }),
  doubted("an index of a table that is small still", "table-too-small", {
    sql: `${tableOf(50)}create index §_x on § (a);`,
  }),
  doubted("an index of a table that is empty still", "table-too-small", {
    sql: `${tableOf(0)}create index §_x on § (a);`,
  }),
];
