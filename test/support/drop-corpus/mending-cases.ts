import { type DropCase, kept, mended, onTable, rebuilt, removed, TABLE } from "./drop-case.ts";

const MARK_INVALID =
  "update pg_catalog.pg_index set indisvalid = false where indexrelid = '§_x'::regclass";
const LARGE = `create table § (id int primary key, a int not null, c text not null);
insert into § select g, g, md5(g::text) from generate_series(1, 30000) g;
`;

/** Indexes that a build left behind, and such that are mostly free space. */
export const MENDING_CASES: readonly DropCase[] = [
  {
    name: "what a REINDEX CONCURRENTLY left of the new index",
    index: "§_y_ccnew",
    sql: onTable(
      "create index §_y on § (a); create index §_y_ccnew on § (a); update pg_catalog.pg_index set indisvalid = false where indexrelid = '§_y_ccnew'::regclass",
    ),
    expected: removed,
  },
  {
    name: "what a second REINDEX CONCURRENTLY left",
    index: "§_y_ccnew1",
    sql: onTable(
      "create index §_y on § (a); create index §_y_ccnew1 on § (a); update pg_catalog.pg_index set indisvalid = false where indexrelid = '§_y_ccnew1'::regclass",
    ),
    expected: removed,
  },
  {
    name: "what a REINDEX CONCURRENTLY left of the old index",
    index: "§_y_ccold",
    sql: onTable(
      "create index §_y on § (a); create index §_y_ccold on § (a); update pg_catalog.pg_index set indisvalid = false where indexrelid = '§_y_ccold'::regclass",
    ),
    expected: removed,
  },
  {
    name: "a failed build that a valid index made up for",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); create index §_y on § (a); ${MARK_INVALID}`),
    expected: removed,
  },
  {
    name: "a failed build that a longer index makes up for",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); create index §_y on § (a, b); ${MARK_INVALID}`),
    expected: removed,
  },
  {
    name: "a failed build on a column that nothing else serves",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); ${MARK_INVALID}`),
    expected: rebuilt,
  },
  {
    name: "a failed build of a unique index, for rows were equal",
    index: "§_x",
    sql: TABLE,
    alone: ["create unique index concurrently §_x on § (a)"],
    expected: rebuilt,
  },
  {
    name: "a failed unique build beside a valid index that is not unique",
    index: "§_x",
    sql: onTable("create index §_y on § (a)"),
    alone: ["create unique index concurrently §_x on § (a)"],
    expected: rebuilt,
  },
  {
    name: "a failed build for which another predicate does not make up",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); create index §_y on § (a) where e; ${MARK_INVALID}`),
    expected: rebuilt,
  },
  {
    name: "an invalid index that replication names rows by",
    index: "§_x",
    sql: onTable(
      `create unique index §_x on § (c); alter table § alter column c set not null; alter table § replica identity using index §_x; ${MARK_INVALID}`,
    ),
    expected: rebuilt,
  },
  {
    name: "an invalid index that is being built at this moment",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); ${MARK_INVALID}`),
    isLocked: true,
    expected: kept("being-built"),
  },
  {
    name: "an invalid unique index that is being built beside its twin",
    index: "§_x",
    sql: onTable(`create index §_x on § (a); create index §_y on § (a); ${MARK_INVALID}`),
    isLocked: true,
    expected: kept("being-built"),
  },
  {
    name: "the index of a partitioned table that lacks a partition",
    index: "§_x",
    sql: `create table § (id int not null, a int not null) partition by range (id);
create table §_1 partition of § for values from (0) to (5000); insert into § select g, g % 97 from generate_series(1, 3000) g;
create index §_x on only § (a);`,
    expected: kept("lacks-a-partition"),
  },
  {
    name: "a B-tree that lost four fifths of its rows",
    index: "§_x",
    sql: `${LARGE}create index §_x on § (c); delete from § where id % 5 > 0;`,
    alone: ["vacuum analyze §"],
    scans: ["select id from § where c = 'x'"],
    expected: mended,
  },
  {
    name: "a B-tree on numbers that lost nine tenths of its rows",
    index: "§_pkey",
    sql: `create table § (id int primary key, a int not null, c text not null);
insert into § select g, g, md5(g::text) from generate_series(1, 65000) g; delete from § where id % 10 > 0;`,
    alone: ["vacuum analyze §"],
    scans: ["select id from § where id = 7"],
    expected: mended,
  },
  {
    name: "a B-tree that is as full as when it was made",
    index: "§_x",
    sql: `${LARGE}create index §_x on § (c);`,
    scans: ["select id from § where c = 'x'"],
    expected: kept("scanned"),
  },
  {
    name: "a B-tree that was filled in no order",
    index: "§_x",
    sql: `create table § (id int primary key, c text not null); create index §_x on § (c);
insert into § select g, md5(g::text) from generate_series(1, 30000) g;`,
    scans: ["select id from § where c = 'x'"],
    expected: kept("scanned"),
  },
  {
    name: "a small B-tree that is mostly free",
    index: "§_x",
    sql: onTable("create index §_x on § (c); delete from § where id % 2 > 0"),
    alone: ["vacuum analyze §"],
    scans: ["select id from § where c = 'x'"],
    expected: kept("scanned"),
  },
];
