import { type DropCase, kept, onTable, TABLE } from "./drop-case.ts";

function needed(
  name: string,
  reason: string,
  indexes: string,
  rest: Partial<DropCase> = {},
): DropCase {
  return { name, index: "§_x", sql: onTable(indexes), expected: kept(reason), ...rest };
}

const OWNERS =
  "create table §_o (id int primary key, k int not null); insert into §_o select g, g from generate_series(0, 97) g";
const REFERS = `${OWNERS}; alter table § add constraint §_fk foreign key (a) references §_o`;
const PAIRS = `create table §_o (m int, n int, primary key (m, n)); insert into §_o select i, k from generate_series(0, 96) i, generate_series(0, 12) k;
alter table § add constraint §_fk foreign key (a, b) references §_o`;

/** Indexes that nobody scans, and that something else than a scan needs. */
export const NEEDED_CASES: readonly DropCase[] = [
  needed("an unscanned primary key", "primary-key", "select 1", { index: "§_pkey" }),
  {
    name: "an unscanned primary key of two columns",
    index: "§_pkey",
    sql: "create table § (a int, b int, primary key (a, b)); insert into § select g, g from generate_series(1, 2000) g;",
    expected: kept("primary-key"),
  },
  needed("an unscanned unique constraint", "unique", "alter table § add constraint §_x unique (c)"),
  needed(
    "an unscanned unique constraint judged late",
    "unique",
    "alter table § add constraint §_x unique (c) deferrable initially deferred",
  ),
  needed(
    "an unscanned unique index without a constraint",
    "unique",
    "create unique index §_x on § (c)",
  ),
  needed(
    "an unscanned unique index on an expression",
    "unique",
    "create unique index §_x on § (lower(c))",
  ),
  needed(
    "an unscanned partial unique index",
    "unique",
    "create unique index §_x on § (a) where id = 1",
  ),
  needed(
    "an unscanned partial unique index that an upsert infers",
    "unique",
    "create unique index §_x on § (b) where id = 1",
    {
      statements: [
        "insert into § (id, a, b, c, d, e, j, r, p) values (9000, 1, 2, 'x', now(), true, '{}', '{}', '[1,2)') on conflict (b) where id = 1 do nothing",
      ],
    },
  ),
  needed("a unique index that an upsert infers", "unique", "create unique index §_x on § (c)", {
    statements: [
      "insert into § (id, a, b, c, d, e, j, r, p) values (9000, 1, 2, 'x', now(), true, '{}', '{}', '[1,2)') on conflict (c) do update set a = 5",
    ],
  }),
  needed(
    "a unique index that counts NULLs as equal",
    "unique",
    "create unique index §_x on § (f, id) nulls not distinct",
  ),
  needed(
    "a unique index by which joins are left out",
    "unique",
    "create unique index §_x on § (c)",
    {
      statements: ["select z.a from § z left join § y on y.c = z.c"],
    },
  ),
  needed(
    "an exclusion constraint",
    "constraint",
    "alter table § add constraint §_x exclude using gist (p with =)",
  ),
  needed(
    "an exclusion constraint on ranges that may not overlap",
    "constraint",
    "update § set p = int4range(id * 5, id * 5 + 2); alter table § add constraint §_x exclude using gist (p with &&)",
  ),
  needed(
    "an exclusion constraint by a B-tree",
    "scanned",
    "alter table § add constraint §_x exclude using btree (c with =)",
  ),
  needed(
    "a unique index that a foreign key refers to",
    "unique",
    "alter table § add constraint §_x unique (c); create table §_r (c text references § (c))",
  ),
  needed(
    "a unique index without a constraint that a foreign key refers to",
    "unique",
    "create unique index §_x on § (c); create table §_r (c text references § (c))",
  ),
  needed(
    "the replica identity",
    "unique",
    "create unique index §_x on § (c); alter table § replica identity using index §_x",
  ),
  needed(
    "a clustered index",
    "clustering",
    "create index §_x on § (a); alter table § cluster on §_x",
  ),
  needed(
    "a clustered index after CLUSTER",
    "clustering",
    "create index §_x on § (d); cluster § using §_x",
  ),
  needed(
    "an index that an extension takes with it",
    "extension",
    "create index §_x on § (a); alter index §_x depends on extension pgstattuple",
  ),
  {
    name: "the unique index by which a materialized view is refreshed",
    index: "§_x",
    sql: `${TABLE}create materialized view §_v as select id, a from §; create unique index §_x on §_v (id);`,
    expected: kept("refresh-concurrently"),
  },
  needed(
    "an index on a foreign key's column",
    "foreign-key",
    `${REFERS}; create index §_x on § (a)`,
  ),
  needed(
    "an index that begins with a foreign key's column",
    "foreign-key",
    `${REFERS}; create index §_x on § (a, d)`,
  ),
  needed(
    "a hash index on a foreign key's column",
    "foreign-key",
    `${REFERS}; create index §_x on § using hash (a)`,
  ),
  needed(
    "an index on a foreign key that deletes cascade along",
    "foreign-key",
    `${OWNERS}; alter table § add foreign key (a) references §_o on delete cascade; create index §_x on § (a)`,
  ),
  needed(
    "an index on a foreign key that deletes set to NULL",
    "foreign-key",
    "alter table § add column g int; update § set g = a; create table §_o (id int primary key); insert into §_o select generate_series(0, 97); alter table § add foreign key (g) references §_o on delete set null; create index §_x on § (g)",
  ),
  needed(
    "an index on a foreign key that is not validated",
    "foreign-key",
    `${OWNERS}; alter table § add foreign key (a) references §_o not valid; create index §_x on § (a)`,
  ),
  needed(
    "an index on a foreign key to a unique index",
    "foreign-key",
    `${OWNERS}; create unique index §_o_k on §_o (k); alter table § add foreign key (a) references §_o (k); create index §_x on § (a)`,
  ),
  needed(
    "an index on a foreign key of two columns",
    "foreign-key",
    `${PAIRS}; create index §_x on § (a, b)`,
  ),
  needed(
    "an index on a foreign key of two columns the other way round",
    "foreign-key",
    `${PAIRS}; create index §_x on § (b, a)`,
  ),
  needed(
    "an index on a foreign key of two columns, and one more",
    "foreign-key",
    `${PAIRS}; create index §_x on § (b, a, d)`,
  ),
  needed(
    "an index on a foreign key to its own table",
    "foreign-key",
    "alter table § add column up int references § (id); create index §_x on § (up)",
  ),
  needed(
    "a descending index on a foreign key's column",
    "foreign-key",
    `${REFERS}; create index §_x on § (a desc)`,
  ),
  needed("an index on a foreign key of a partitioned table", "foreign-key", "select 1", {
    sql: `create table §_o (id int primary key); insert into §_o select generate_series(0, 97);
create table § (id int not null, a int not null references §_o) partition by range (id);
create table §_1 partition of § for values from (0) to (5000); insert into § select g, g % 97 from generate_series(1, 3000) g;
create index §_x on § (a);`,
  }),
  needed("the index of a partition that belongs to the parent's", "partition", "select 1", {
    index: "§_1_a_idx",
    sql: `create table § (id int not null, a int not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000); insert into § select g, g % 97 from generate_series(1, 3000) g;
create index §_x on § (a);`,
  }),
  needed("the index of a partition of a partition", "partition", "select 1", {
    index: "§_1_1_a_idx",
    sql: `create table § (id int not null, a int not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000) partition by range (id);
create table §_1_1 partition of §_1 for values from (0) to (5000); insert into § select g, g % 97 from generate_series(1, 3000) g;
create index §_x on § (a);`,
  }),
  needed("the index of a partition beside one of its own that leads it", "partition", "select 1", {
    index: "§_1_a_idx",
    sql: `create table § (id int not null, a int not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000); insert into § select g, g % 97 from generate_series(1, 3000) g;
create index §_x on § (a); create index §_1_y on §_1 (a, id);`,
  }),
  needed("an index that a hint names", "named-in-statement", "create index §_x on § (a)", {
    statements: ["select /*+ IndexScan(§ §_x) */ * from § where id = 3"],
  }),
  needed(
    "an index by which somebody's job orders the table",
    "named-in-statement",
    "create index §_x on § (d)",
    {
      statements: ["cluster § using §_x"],
    },
  ),
  needed(
    "an index that a function names",
    "named-in-function",
    "create index §_x on § (a); create function §_f() returns void language plpgsql as $body$ begin execute 'cluster § using §_x'; end $body$",
  ),
  needed(
    "an index that takes over the scans of a prefix",
    "takes-over",
    "create index §_a on § (a); create index §_x on § (a, b)",
    {
      scans: ["select b from § where a = 5"],
    },
  ),
];
