import { type DropCase, kept, onTable } from "./drop-case.ts";

/** The index `§_x`, which is scanned, beside `§_y` on the same leading columns. */
function lookalike(
  name: string,
  reason: string,
  x: string,
  y: string,
  rest: Partial<DropCase> = {},
): DropCase {
  return {
    name,
    index: "§_x",
    sql: onTable(`create ${indexOf(x, "§_x")}; create ${indexOf(y, "§_a_y")}`),
    isScanned: true,
    expected: kept(reason),
    ...rest,
  };
}

function indexOf(definition: string, name: string): string {
  return definition.startsWith("unique ")
    ? `unique index ${name} on § ${definition.slice(7)}`
    : `index ${name} on § ${definition}`;
}

/** Indexes that a look at their columns alone would call superfluous. */
export const LOOKALIKE_CASES: readonly DropCase[] = [
  lookalike(
    "one for patterns beside the common one",
    "differs-in-operator-class",
    "(c text_pattern_ops)",
    "(c)",
  ),
  lookalike(
    "the common one beside one for patterns",
    "differs-in-operator-class",
    "(c)",
    "(c text_pattern_ops)",
  ),
  lookalike(
    "a prefix for patterns of one that is not",
    "differs-in-operator-class",
    "(c text_pattern_ops)",
    "(c, a)",
  ),
  lookalike(
    "documents beside paths of documents",
    "differs-in-operator-class",
    "using gin (j)",
    "using gin (j jsonb_path_ops)",
  ),
  lookalike(
    "paths of documents beside documents",
    "differs-in-operator-class",
    "using gin (j jsonb_path_ops)",
    "using gin (j)",
  ),
  lookalike("one of another collation", "differs-in-collation", '(c collate "C")', "(c)"),
  lookalike(
    "a prefix of another collation",
    "differs-in-collation",
    '(c collate "POSIX")',
    '(c collate "C", a)',
  ),
  lookalike("one direction turned of two", "differs-in-order", "(a, b)", "(a, b desc)"),
  lookalike("a prefix with one direction turned", "differs-in-order", "(a, b desc)", "(a, b, d)"),
  lookalike("NULLs at the other end", "differs-in-order", "(f nulls first)", "(f)"),
  lookalike(
    "descending with NULLs at the other end",
    "differs-in-order",
    "(f desc nulls last)",
    "(f)",
  ),
  lookalike(
    "a prefix that carries what the other lacks",
    "differs-in-included-columns",
    "(a) include (c)",
    "(a, b)",
  ),
  lookalike(
    "two that carry different columns",
    "differs-in-included-columns",
    "(a) include (c)",
    "(a) include (d)",
  ),
  lookalike("a full one beside a partial one", "differs-in-predicate", "(a)", "(a) where e"),
  lookalike("a partial one beside a full one", "differs-in-predicate", "(a) where e", "(a)"),
  lookalike("a partial prefix of a full one", "differs-in-predicate", "(c) where e", "(c, a)"),
  lookalike(
    "two predicates that exclude each other",
    "differs-in-predicate",
    "(a) where e",
    "(a) where not e",
  ),
  lookalike(
    "two predicates that overlap",
    "differs-in-predicate",
    "(a) where b > 3",
    "(a) where b > 5",
  ),
  lookalike(
    "a predicate on NULL beside its opposite",
    "differs-in-predicate",
    "(a) where f is null",
    "(a) where f is not null",
  ),
  lookalike("a hash index beside a B-tree", "differs-in-method", "using hash (c)", "(c)"),
  lookalike("a B-tree beside a hash index", "differs-in-method", "(c)", "using hash (c)"),
  lookalike("a BRIN index beside a B-tree", "differs-in-method", "using brin (d)", "(d)"),
  lookalike("a B-tree beside a BRIN index", "differs-in-method", "(d)", "using brin (d)"),
  lookalike("a GIN index beside a B-tree on arrays", "differs-in-method", "using gin (r)", "(r)"),
  lookalike("a GiST index beside a B-tree on ranges", "differs-in-method", "using gist (p)", "(p)"),
  lookalike("an SP-GiST index beside a B-tree", "differs-in-method", "using spgist (c)", "(c)"),
  lookalike(
    "finer ranges of a BRIN index",
    "differs-in-storage-options",
    "using brin (d) with (pages_per_range = 4)",
    "using brin (d)",
  ),
  lookalike("a prefix of a GIN index", "differs-in-method", "using gin (j)", "using gin (j, r)"),
  lookalike("an expression of another function", "scanned", "(lower(c))", "(upper(c))", {
    scans: ["select id from § where lower(c) = 'x'"],
  }),
  lookalike("an expression beside its column", "scanned", "(lower(c))", "(c)", {
    scans: ["select id from § where lower(c) = 'x'"],
  }),
  lookalike("the second key alone", "scanned", "(b)", "(a, b)", {
    scans: ["select id from § where b = 3"],
  }),
  lookalike("the same columns the other way round", "scanned", "(b, a)", "(a, b)", {
    scans: ["select id from § where b = 3 and d > now()"],
  }),
  lookalike(
    "a unique one beside a longer unique one",
    "differs-in-uniqueness",
    "unique (c)",
    "unique (c, a)",
  ),
  lookalike(
    "a unique one beside a longer one that is not",
    "differs-in-uniqueness",
    "unique (c)",
    "(c, a)",
  ),
  lookalike("a unique one beside one that is not", "scanned", "unique (c)", "(c)"),
  lookalike(
    "equal NULLs beside distinct ones",
    "scanned",
    "unique (f, id) nulls not distinct",
    "unique (f, id)",
  ),
  lookalike(
    "a unique partial one beside a unique full one",
    "differs-in-predicate",
    "unique (c) where e",
    "unique (c)",
  ),
  {
    name: "a unique index beside a constraint that is judged late",
    index: "§_x",
    sql: onTable(
      "create unique index §_x on § (c); alter table § add constraint §_late unique (c) deferrable",
    ),
    expected: kept("unique"),
  },
  {
    name: "a unique index that a foreign key refers to, beside another one",
    index: "§_x",
    sql: onTable(
      "create unique index §_x on § (c); create table §_r (c text references § (c)); create index §_y on § (c, a)",
    ),
    expected: kept("differs-in-uniqueness"),
  },
  {
    name: "a clustered prefix",
    index: "§_x",
    sql: onTable(
      "create index §_x on § (a); alter table § cluster on §_x; create index §_y on § (a, b)",
    ),
    expected: kept("clustering"),
  },
  {
    name: "the replica identity beside a longer unique index",
    index: "§_x",
    sql: onTable(
      "create unique index §_x on § (c); alter table § replica identity using index §_x; create unique index §_y on § (c, a)",
    ),
    expected: kept("differs-in-uniqueness"),
  },
  {
    name: "a prefix that an extension takes with it",
    index: "§_x",
    sql: onTable(
      "create index §_x on § (a); alter index §_x depends on extension pgstattuple; create index §_y on § (a, b)",
    ),
    expected: kept("extension"),
  },
  {
    name: "a prefix that a hint names",
    index: "§_x",
    sql: onTable("create index §_x on § (a); create index §_y on § (a, b)"),
    statements: ["select /*+ IndexScan(§ §_x) */ * from § where a = 3"],
    expected: kept("named-in-statement"),
  },
  {
    name: "a narrow prefix of one many times as large, which a count reads alone",
    index: "§_x",
    sql: onTable("create index §_x on § (a); create index §_y on § (a, c, d, f)"),
    alone: ["vacuum analyze §"],
    statements: ["select count(*) from § where a < 90"],
    expected: kept("statement-loses"),
  },
  {
    name: "a small index for the largest beside one that carries much",
    index: "§_x",
    sql: onTable("create index §_x on § (b); create index §_y on § (b) include (c, j, d)"),
    alone: ["vacuum analyze §"],
    statements: ["select b, count(*) from § group by b order by b"],
    expected: kept("statement-loses"),
  },
  {
    name: "the one of two whose other one is invalid",
    index: "§_x",
    sql: onTable(
      "create index §_x on § (c); create index §_y on § (c); update pg_catalog.pg_index set indisvalid = false where indexrelid = '§_y'::regclass",
    ),
    scans: ["select id from § where c = 'x'"],
    expected: kept("scanned"),
  },
  {
    name: "the one that stays of two",
    index: "§_a",
    sql: onTable("create index §_a on § (c); create index §_b on § (c)"),
    statements: ["select id from § where c = 'word x'"],
    expected: kept("statement-loses"),
  },
  {
    name: "the longer one of two, which is scanned",
    index: "§_y",
    sql: onTable("create index §_x on § (c); create index §_y on § (c, a)"),
    scans: ["select id from § where c = 'x' and a = 4"],
    expected: kept("scanned"),
  },
];
