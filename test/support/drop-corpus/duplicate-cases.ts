import {
  type DropCase,
  duplicate,
  type Expectation,
  onTable,
  redundant,
  TABLE,
} from "./drop-case.ts";

/** The index `§_x` beside `§_y`, which stays. */
function pair(
  name: string,
  x: string,
  y: string,
  expected: Expectation = duplicate,
  rest: Partial<DropCase> = {},
): DropCase {
  const sql = onTable(`create ${indexOf(x, "§_x")}; create ${indexOf(y, "§_a_y")}`);
  return { name, index: "§_x", sql, expected, ...rest };
}

function indexOf(definition: string, name: string): string {
  return definition.startsWith("unique ")
    ? `unique index ${name} on § ${definition.slice(7)}`
    : `index ${name} on § ${definition}`;
}

const PARTITIONED = `create table § (id int not null, a int not null, b int not null, at date not null) partition by range (at);
create table §_1 partition of § for values from ('2026-01-01') to ('2026-02-01');
create table §_2 partition of § for values from ('2026-02-01') to ('2026-03-01');
insert into § select g, g % 97, g % 13, date '2026-01-01' + g % 50 from generate_series(1, 3000) g;
`;
const OWNERS =
  "create table §_o (id int primary key); insert into §_o select generate_series(0, 97); alter table § add foreign key (a) references §_o";

/** Indexes that another one, which stays, makes superfluous. */
export const DUPLICATE_CASES: readonly DropCase[] = [
  pair("the second of two on one column", "(a)", "(a)"),
  pair("the second of two on text", "(c)", "(c)"),
  pair("the second of two on two columns", "(a, b)", "(a, b)"),
  pair("the second of two descending ones", "(a desc)", "(a desc)"),
  pair("one that is the other read backwards", "(a desc)", "(a)"),
  pair("one of two keys that is the other read backwards", "(a, b desc)", "(a desc, b)"),
  pair("the second of two with NULLs first", "(f nulls first)", "(f nulls first)"),
  pair("NULLs first descending is NULLs last backwards", "(f desc nulls first)", "(f)"),
  pair("the second of two that carry a column", "(a) include (b)", "(a) include (b)"),
  pair(
    "the second of two that carry columns in another order",
    "(a) include (b, id)",
    "(a) include (id, b)",
  ),
  pair("the second of two unique ones", "unique (c)", "unique (c)"),
  pair("the second of two hash indexes", "using hash (c)", "using hash (c)"),
  pair("the second of two GIN indexes", "using gin (j)", "using gin (j)"),
  pair(
    "the second of two GIN indexes on paths",
    "using gin (j jsonb_path_ops)",
    "using gin (j jsonb_path_ops)",
  ),
  pair("the second of two GiST indexes", "using gist (p)", "using gist (p)"),
  pair("the second of two BRIN indexes", "using brin (d)", "using brin (d)"),
  pair(
    "the second of two BRIN indexes of equal ranges",
    "using brin (d) with (pages_per_range = 16)",
    "using brin (d) with (pages_per_range = 16)",
  ),
  pair("the second of two partial ones", "(a) where e", "(a) where e"),
  pair(
    "the second of two whose predicates are written otherwise",
    "(a) where b > 1 and b < 9",
    "(a) where (b > 1) and (b < 9)",
  ),
  pair("the second of two on an expression", "(lower(c))", "(lower(c))"),
  pair("the second of two on an expression and a column", "(lower(c), a)", "(lower(c), a)"),
  pair("the second of two of a collation", '(c collate "C")', '(c collate "C")'),
  pair("the second of two for patterns", "(c text_pattern_ops)", "(c text_pattern_ops)"),
  pair("the more loosely filled of two", "(a) with (fillfactor = 50)", "(a)"),
  pair("one beside a statement that either serves", "(c)", "(c)", duplicate, {
    statements: ["select id from § where c = 'word x'"],
  }),
  pair("the less used of two", "(a)", "(a)", duplicate, {
    sql: onTable("create index §_x on § (a); create index §_a_y on § (a)"),
  }),
  {
    name: "the one of two on a foreign key's column",
    index: "§_x",
    sql: onTable(`${OWNERS}; create index §_x on § (a); create index §_a_y on § (a)`),
    expected: duplicate,
  },
  {
    name: "a unique index beside the constraint of the same columns",
    index: "§_x",
    sql: onTable("alter table § add constraint §_u unique (c); create unique index §_x on § (c)"),
    expected: duplicate,
  },
  {
    name: "a unique index beside the primary key",
    index: "§_x",
    sql: onTable("create unique index §_x on § (id)"),
    expected: duplicate,
  },
  {
    name: "one of two on a materialized view",
    index: "§_x",
    sql: `${TABLE}create materialized view §_v as select id, a, c from §; create index §_x on §_v (a); create index §_a_y on §_v (a);`,
    expected: duplicate,
  },
  {
    name: "one of two on a partitioned table",
    index: "§_x",
    sql: `${PARTITIONED}create index §_a_y on § (a); create index §_x on § (a);`,
    expected: duplicate,
  },
  {
    name: "one of two with quoted names",
    index: "§ X",
    sql: onTable('create index "§ A" on § (a); create index "§ X" on § (a)'),
    expected: duplicate,
  },
  {
    name: "the third of three",
    index: "§_x",
    sql: onTable(
      "create index §_a_1 on § (a); create index §_a_2 on § (a); create index §_x on § (a)",
    ),
    expected: duplicate,
  },
  pair("a prefix of one column", "(a)", "(a, b)", redundant),
  pair("a prefix of two columns", "(a, b)", "(a, b, d)", redundant),
  pair("a prefix of text", "(c)", "(c, a)", redundant),
  pair("a prefix read backwards", "(a)", "(a desc, b)", redundant),
  pair("a descending prefix", "(d desc, a)", "(d desc, a, b)", redundant),
  pair("a prefix of a unique one", "(a)", "unique (a, id)", redundant),
  pair("one that carries what is a key of the other", "(a) include (b)", "(a, b)", redundant),
  pair("one that carries less", "(a)", "(a) include (b)", redundant),
  pair(
    "one that carries what the other carries and searches by less",
    "(a) include (d)",
    "(a, b) include (d)",
    redundant,
  ),
  pair("a partial prefix of a partial one", "(a) where e", "(a, b) where e", redundant),
  pair("a prefix that is an expression", "(lower(c))", "(lower(c), a)", redundant),
  pair("a prefix of a collation", '(c collate "C")', '(c collate "C", a)', redundant),
  pair("a prefix for patterns", "(c text_pattern_ops)", "(c text_pattern_ops, a)", redundant),
  pair("one that is not unique beside one that is", "(c)", "unique (c)", redundant),
  pair("one on the column of the primary key", "(id)", "(id, a)", redundant),
  pair(
    "distinct NULLs beside equal ones",
    "unique (f, id)",
    "unique (f, id) nulls not distinct",
    redundant,
  ),
  pair(
    "a predicate that every row meets by NOT NULL",
    "(a)",
    "(a) where a is not null",
    redundant,
    {
      index: "§_a_y",
    },
  ),
  pair("a predicate that every row meets", "(a) where b >= 0", "(a)", redundant),
  pair(
    "a predicate that demands more, of nearly the same rows",
    "(a) where b >= 0 and a >= 0",
    "(a) where b >= 0",
    redundant,
  ),
  pair(
    "a prefix beside a statement that the longer one serves as well",
    "(c)",
    "(c, a)",
    redundant,
    {
      statements: ["select id from § where c = 'word x'"],
    },
  ),
  {
    name: "a prefix that supports a foreign key, as the longer one does",
    index: "§_x",
    sql: onTable(`${OWNERS}; create index §_x on § (a); create index §_a_y on § (a, b)`),
    expected: redundant,
  },
  {
    name: "a prefix of a primary key of two columns",
    index: "§_x",
    sql: `create table § (a int, b int, primary key (a, b)); insert into § select g % 97, g from generate_series(1, 2000) g;
create index §_x on § (a);`,
    expected: redundant,
  },
  {
    name: "a prefix on a partitioned table",
    index: "§_x",
    sql: `${PARTITIONED}create index §_a_y on § (a, b); create index §_x on § (a);`,
    expected: redundant,
  },
  {
    name: "a scanned prefix, whose scans the longer one takes over",
    index: "§_x",
    sql: onTable("create index §_x on § (a); create index §_a_y on § (a, b)"),
    scans: ["select b from § where a = 5"],
    expected: redundant,
  },
];
