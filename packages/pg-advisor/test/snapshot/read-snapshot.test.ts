import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { resolveReadOptions } from "../../src/snapshot/options.ts";
import { readAll, readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { inReadTransaction } from "../../src/snapshot/read-transaction.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { SqlClient } from "../../src/snapshot/sql-client.ts";
import { everyFeature } from "../schema/every-feature.ts";

let server: TestPostgres;
let snapshot: Snapshot;
let vanishing = 0;

beforeAll(async () => {
  server = await startTestPostgres({ settings: { work_mem: "8MB" } });
  await server.query(everyFeature(18));
  await server.query(`
    create temporary table passing (id int);
    insert into users ("Full Name", mail, "größe", tags, span)
      select 'Name ' || g % 7, 'x@' || g, g, array['a', 'b'], float_range(g, g + 1)
      from generate_series(1, 1000) as g;
    select count(*) from users where id = 5;
    analyze`);
  snapshot = await readSnapshot(server.url());
});
afterAll(() => server.stop());

function relation(name: string) {
  const found = snapshot.relations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the snapshot has no ${name}`);
  return found;
}

test("the server is described", () => {
  expect(snapshot.server).toMatchObject({
    versionNumber: 180_004,
    database: "postgres",
    user: "streamgate",
    host: "127.0.0.1",
    isReplica: false,
    blockSizeBytes: 8_192,
    encoding: "UTF8",
  });
});

test("a table has its rows, pages, size and use", () => {
  const users = relation("users");
  expect(users).toMatchObject({ kind: "table", rows: 1_000, allFrozenPages: 0 });
  expect(users.sizeBytes).toBe(users.pages * 8_192);
  expect(users.usage).toMatchObject({ rowsInserted: 1_000, lastAnalyzed: expect.any(String) });
});

test("only what users made is there: nothing temporary, nothing of an extension", () => {
  const names = snapshot.relations.map(({ name }) => name);
  expect(names).not.toContain("passing");
  expect(names).not.toContain("pg_stat_statements");
  const schemas = new Set(snapshot.relations.map(({ schema }) => schema));
  expect([...schemas].sort()).toEqual(["Mixed Case", "public"]);
  expect(snapshot.functions.map(({ name }) => name)).toEqual(["Half Of", "Half Of"]);
});

test("columns have their own properties under their own numbers", () => {
  const column = (name: string) => relation("users").columns.find((one) => one.name === name);
  expect(column("Full Name")).toEqual({
    number: 3,
    name: "Full Name",
    type: "text",
    isNotNull: true,
    defaultExpression: null,
    generated: "",
    identity: "",
    collation: "public.german",
    statisticsTarget: 500,
    storage: "e",
    hasOwnStorage: true,
  });
  expect(column("order")?.defaultExpression).toBe(
    `nextval('"Mixed Case"."Order Numbers"'::regclass)`,
  );
  expect(column("double")).toMatchObject({ generated: "virtual", defaultExpression: "(id * 2)" });
  expect(column("half")?.generated).toBe("stored");
  expect(column("counter")?.identity).toBe("by default");
  expect(column("größe")?.type).toBe("numeric(10,2)");
});

test("an index tells its keys with their order, what it carries, and its predicate", () => {
  const index = (name: string) => snapshot.indexes.find((one) => one.name === name);
  expect(index("Users By Name")).toMatchObject({
    table: { schema: "public", name: "users" },
    method: "btree",
    keys: [
      { column: "Full Name", expression: null, direction: "desc", nulls: "last" },
      { column: "order", expression: null, direction: "asc", nulls: "first" },
    ],
  });
  expect(index("users_mail")).toMatchObject({
    keys: [{ column: null, expression: "lower((mail)::text)", direction: "asc", nulls: "last" }],
    includes: ["born"],
    predicate: "(mail IS NOT NULL)",
    isUnique: true,
    constraint: null,
  });
  expect(index("users_pkey")).toMatchObject({ isPrimary: true, constraint: "users_pkey" });
  expect(index("events_2025_user_id_at_idx")?.parent).toEqual({
    schema: "public",
    name: "events_user",
  });
});

test("a foreign key is told once for its table, not for each partition that it points to", () => {
  const keys = snapshot.constraints.filter(
    ({ table, kind }) => table.name === "points_at_partitions" && kind === "foreign key",
  );
  expect(keys).toEqual([
    expect.objectContaining({
      columns: ["id", "at", "kind"],
      references: { table: { schema: "public", name: "events" }, columns: ["id", "at", "kind"] },
      isInherited: false,
    }),
  ]);
});

test("views come after what they read", () => {
  const position = (name: string) => snapshot.relations.findIndex((one) => one.name === name);
  expect(position("lively")).toBeLessThan(position("Per Kind"));
  expect(position("Per Kind")).toBeLessThan(position("a_view_on_it"));
});

test("statistics of columns, of index expressions and of ranges stay in their text form", () => {
  const statistics = (of: string, column: string) =>
    snapshot.columnStatistics.find((row) => row.relation === of && row.column === column);
  expect(statistics("users", "Full Name")).toMatchObject({
    distinct: 7,
    mostCommonValues: expect.stringMatching(/^\{"Name \d",/),
    mostCommonFrequencies: expect.arrayContaining([0.143]),
  });
  expect(statistics("users", "tags")?.mostCommonElements).toBe("{a,b}");
  expect(statistics("users", "span")).toMatchObject({
    rangeEmptyFraction: 0,
    rangeBoundsHistogram: expect.stringContaining('"[1,2)"'),
  });
  expect(statistics("users_mail", "lower")?.distinct).toBe(-1);
});

test("settings are those of a session that changed none, with their units", () => {
  const setting = (name: string) => snapshot.settings.find((one) => one.name === name);
  expect(setting("work_mem")).toEqual({ name: "work_mem", value: "8192", unit: "kB" });
  expect(setting("search_path")?.value).toBe('"$user", public');
  expect(setting("DateStyle")?.value).toBe("ISO, MDY");
  for (const name of [
    "random_page_cost",
    "enable_seqscan",
    "jit",
    "geqo_threshold",
    "effective_cache_size",
    "TimeZone",
  ]) {
    expect(setting(name)).toBeDefined();
  }
});

test("statements are counted for this database", () => {
  expect(snapshot.statements).toContainEqual(
    expect.objectContaining({ text: "select count(*) from users where id = $1", calls: 1 }),
  );
  expect(snapshot.statementsEvicted).toBe(0);
});

/** Reads as readSnapshot does, and tells of each query before it is sent. */
function readObserved(url: string, onQuery: (text: string) => Promise<void>): Promise<Snapshot> {
  const options = resolveReadOptions({ needsStatements: false });
  return inReadTransaction(url, options, (client, address) => {
    const observed: SqlClient = {
      query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
        await onQuery(text);
        return client.query<Row>(text, values);
      },
    };
    return readAll(observed, address, options);
  });
}

test("five hundred tables take as many queries as one", async () => {
  const counts: number[] = [];
  for (const tables of [1, 500]) {
    const name = `of_${tables}`;
    const url = await server.createDatabase(name);
    await server.query(
      `do $$ begin for i in 1..${tables} loop
         execute format('create table t%s (id int primary key, name text)', i);
         execute format('create index on t%s (lower(name))', i);
         commit;
       end loop; end $$`,
      undefined,
      name,
    );
    let queries = 0;
    const read = await readObserved(url, async () => {
      queries += 1;
    });
    expect(read.relations).toHaveLength(tables);
    expect(read.indexes).toHaveLength(tables * 2);
    counts.push(queries);
  }
  expect(counts[1]).toBe(counts[0]);
  expect(counts[0]).toBeLessThan(25);
});

test.each([
  "from pg_catalog.pg_attribute as a",
  "from pg_catalog.pg_index as i",
  "from pg_catalog.pg_constraint as k",
  "from pg_catalog.pg_stats as s",
  "from pg_catalog.pg_class as c",
])("a table and a view that are dropped before the query %s are left out", async (moment) => {
  vanishing += 1;
  const database = `vanishing_${vanishing}`;
  const url = await server.createDatabase(database);
  await server.query(
    `create table stays (id int primary key);
     create table goes (id int primary key, name text default 'x', check (id > 0));
     create index on goes (lower(name)) where id > 5;
     create statistics together on id, name from goes;
     create view seen as select * from goes`,
    undefined,
    database,
  );
  let isDropped = false;
  const read = await readObserved(url, async (text) => {
    if (isDropped || !text.includes(`${moment}\n`)) return;
    isDropped = true;
    await server.query("drop table goes cascade", undefined, database);
  });
  expect(isDropped).toBe(true);
  expect(read.relations.map(({ name }) => name)).toEqual(["stays"]);
  expect(read.indexes.map(({ name }) => name)).toEqual(["stays_pkey"]);
  expect(read.constraints.map(({ name }) => name)).toEqual(["stays_pkey"]);
  expect(read.extendedStatistics).toEqual([]);
});

test("reading goes on while others make and drop tables", async () => {
  const url = await server.createDatabase("busy");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("create table stays (id int primary key)");
  let isOver = false;
  const churn = (async () => {
    while (!isOver) {
      await client.query(`
        create table coming (id int primary key, name text default 'x', check (id > 0)) partition by range (id);
        create table going partition of coming for values from (1) to (10);
        create view passing as select * from coming`);
      await client.query("drop table coming cascade");
    }
  })();
  try {
    for (let reading = 0; reading < 30; reading += 1) {
      const read = await readSnapshot(url);
      expect(read.relations.map(({ name }) => name)).toContain("stays");
    }
  } finally {
    isOver = true;
    await churn;
    await client.end();
  }
});
