import { type DropCase, onTable, TABLE, tableOf, unused } from "./drop-case.ts";

const PARTITIONED = `create table § (id int not null, a int not null, b int not null, at date not null) partition by range (at);
create table §_1 partition of § for values from ('2026-01-01') to ('2026-02-01');
create table §_2 partition of § for values from ('2026-02-01') to ('2026-03-01');
insert into § select g, g % 97, g % 13, date '2026-01-01' + g % 50 from generate_series(1, 3000) g;
`;

function plain(name: string, index: string, rest: Partial<DropCase> = {}): DropCase {
  return {
    name,
    index: "§_x",
    sql: onTable(`create index §_x on § ${index}`),
    expected: unused,
    ...rest,
  };
}

/** Indexes that nothing needs and nobody scans. */
export const UNUSED_CASES: readonly DropCase[] = [
  plain("a B-tree that nobody scans", "(a)"),
  plain("a B-tree on text", "(c)"),
  plain("a B-tree on a date", "(d)"),
  plain("a B-tree on a nullable number", "(f)"),
  plain("a B-tree on a boolean", "(e)"),
  plain("a B-tree on two columns", "(a, b)"),
  plain("a B-tree on three columns", "(b, a, d)"),
  plain("a descending B-tree", "(d desc)"),
  plain("a B-tree with NULLs first", "(f nulls first)"),
  plain("a B-tree that carries columns", "(a) include (c)"),
  plain("a partial B-tree", "(a) where e"),
  plain("a partial B-tree on NULL", "(id) where f is null"),
  plain("a B-tree for patterns", "(c text_pattern_ops)"),
  plain("a B-tree of another collation", '(c collate "C")'),
  plain("an expression that no statement uses", "(lower(c))"),
  plain("an expression on a date that no statement uses", "((d at time zone 'UTC'))"),
  plain("a hash index", "using hash (c)"),
  plain("a GIN index on documents", "using gin (j)"),
  plain("a GIN index on paths of documents", "using gin (j jsonb_path_ops)"),
  plain("a GIN index on arrays", "using gin (r)"),
  plain("a GiST index on ranges", "using gist (p)"),
  plain("an SP-GiST index on text", "using spgist (c)"),
  plain("a BRIN index", "using brin (d)"),
  plain("a loosely filled B-tree", "(a) with (fillfactor = 60)"),
  plain("a B-tree without merged keys", "(a) with (deduplicate_items = off)"),
  plain("an index with a comment", "(a); comment on index §_x is 'for the monthly report'"),
  plain(
    "an index whose expression is looked at closely",
    "(upper(c)); alter index §_x alter column 1 set statistics 500",
  ),
  plain("an index with a quoted name", "(b)", {
    index: "§ Of B",
    sql: onTable('create index "§ Of B" on § (b)'),
  }),
  plain("an index that a statement passes by for the primary key", "(a)", {
    statements: ["select * from § where id = 7"],
  }),
  plain("an index beside statements that read all rows", "(a)", {
    statements: ["select sum(b) from §"],
  }),
  plain("an index beside inserts", "(a)", {
    statements: [
      "insert into § (id, a, b, c, d, e, j, r, p) values (9000, 1, 2, 'x', now(), true, '{}', '{}', '[1,2)')",
    ],
  }),
  plain("an index beside an upsert that infers the primary key", "(a)", {
    statements: [
      "insert into § (id, a, b, c, d, e, j, r, p) values (9000, 1, 2, 'x', now(), true, '{}', '{}', '[1,2)') on conflict (id) do nothing",
    ],
  }),
  plain("an index beside updates by the primary key", "(a)", {
    statements: ["update § set b = 3 where id = 7"],
  }),
  plain("an index beside deletes by the primary key", "(a)", {
    statements: ["delete from § where id = 7"],
  }),
  plain("an index on text beside a search in its middle", "(c)", {
    statements: ["select id from § where c like '%abc%'"],
  }),
  plain("an index beside a sort by the primary key", "(d)", {
    statements: ["select * from § order by id limit 10"],
  }),
  plain("an index beside a join by the primary key", "(a)", {
    statements: ["select x.c from § x join § y on y.id = x.id where x.id = 5"],
  }),
  plain("a partial index beside a statement that does not imply its predicate", "(a) where e", {
    statements: ["select * from § where id = 3 and a = 5"],
  }),
  plain("a second key that no statement names without the first", "(b, c)", {
    statements: ["select id from § where id = 6 and b = 3"],
  }),
  plain("an index that was watched for 36 days", "(a)", { watchedDays: 36 }),
  plain("an index whose last scan was 500 days ago", "(a)", { lastScanDays: 500, watchedDays: 10 }),
  plain("an index that its only replica does not scan either", "(a)", {
    world: "a replica that does not scan it",
  }),
  {
    name: "an index of an unlogged table, which a replica cannot read",
    index: "§_x",
    sql: `${tableOf(1_200, "unlogged table")}create index §_x on § (a);`,
    world: "a replica that was not read",
    expected: unused,
  },
  {
    name: "an index on a materialized view",
    index: "§_x",
    sql: `${TABLE}create materialized view §_v as select id, a, c from §; create index §_x on §_v (a);`,
    expected: unused,
  },
  {
    name: "the index of a partitioned table with those of its partitions",
    index: "§_x",
    sql: `${PARTITIONED}create index §_x on § (a);`,
    expected: unused,
  },
  {
    name: "an index that one partition alone has",
    index: "§_x",
    sql: `${PARTITIONED}create index §_x on §_1 (b);`,
    expected: unused,
  },
  {
    name: "an index of a table that inherits",
    index: "§_x",
    sql: `create table §_p (z int); create table § (a int not null, b int not null) inherits (§_p);
insert into § select g, g % 50, g from generate_series(1, 2000) g; create index §_x on § (a);`,
    expected: unused,
  },
  {
    name: "an index on a column that refers to nothing any more",
    index: "§_x",
    sql: `${TABLE}create table §_o (id int primary key); insert into §_o select generate_series(0, 97);
alter table § add constraint §_fk foreign key (a) references §_o; create index §_x on § (a); alter table § drop constraint §_fk;`,
    expected: unused,
  },
];
