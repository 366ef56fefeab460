import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { testContext } from "../proof/scenario.ts";
import { makeLabFolder, SHARED_FOLDER } from "./lab-folder.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(() => postgres.stop());

interface TestReference {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
}

/** Copies all tables of a new database into a lab of at most `maxRows` rows, or nearly so. */
async function sample(
  name: string,
  sql: readonly string[],
  maxRows: number,
  check: (lab: Lab, query: (sql: string) => Promise<Record<string, number>>) => Promise<void>,
): Promise<void> {
  const source = await postgres.createDatabase(name);
  for (const statement of sql) await postgres.query(statement, undefined, name);
  await postgres.query("vacuum analyze", undefined, name);
  const snapshot = await readSnapshot(source);
  const folder = await makeLabFolder();
  const tables = snapshot.relations.filter(
    (one) => one.schema === "public" && one.kind.endsWith("table"),
  );
  try {
    const lab = await createLabCopy({
      source,
      snapshot,
      tables,
      folder: folder.lab,
      sharedFolder: SHARED_FOLDER,
      context: testContext(),
      maxRows,
    });
    const client = new pg.Client({ connectionString: lab.connectionString });
    try {
      await client.connect();
      await check(lab, async (text) => (await client.query(text)).rows[0]);
    } finally {
      await client.end();
      await lab.close();
    }
  } finally {
    await folder.remove();
  }
}

function orphans({ child, column, parent }: TestReference): string {
  return `select count(*)::int as orphans from ${child} c where c.${column} is not null
            and not exists (select from ${parent} p where p.id = c.${column})`;
}

test("a sampled copy keeps every child of a kept parent and every parent of a kept child", async () => {
  await sample(
    "shop",
    [
      "create table users (id int primary key, name text)",
      "create table products (id int primary key)",
      "create table countries (id int primary key)",
      "create table orders (id int primary key, user_id int references users, country_id int references countries)",
      "create table items (id int, at int, order_id int references orders, product_id int references products, primary key (id, at)) partition by range (at)",
      "create table items_a partition of items for values from (0) to (500)",
      "create table items_b partition of items for values from (500) to (1000)",
      "insert into countries select i from generate_series(1, 50) i",
      "insert into users select i, 'u' || i from generate_series(1, 5000) i",
      "insert into products select i from generate_series(1, 3000) i",
      "insert into orders select i, 1 + (i * 7919) % 5000, 1 + i % 50 from generate_series(1, 20000) i",
      "insert into items select i, i % 1000, case when i % 10 = 0 then null else 1 + (i * 31) % 20000 end, 1 + (i * 17) % 3000 from generate_series(1, 60000) i",
    ],
    20_000,
    async (lab, query) => {
      for (const reference of [
        { child: "orders", column: "user_id", parent: "users" },
        { child: "orders", column: "country_id", parent: "countries" },
        { child: "items", column: "order_id", parent: "orders" },
        { child: "items", column: "product_id", parent: "products" },
      ]) {
        expect(await query(orphans(reference))).toEqual({ orphans: 0 });
      }
      const perUser = await query(
        "select count(*)::int as users, sum((select count(*) from orders o where o.user_id = u.id))::int as orders from users u",
      );
      expect(perUser.orders).toBe((perUser.users ?? 0) * 4);
      const shares = new Map(lab.description.tables.map(({ table, share }) => [table, share]));
      expect(shares.get("public.countries")).toBe(1);
      expect(shares.get("public.users")).toBeGreaterThan(0.1);
      expect(shares.get("public.users")).toBeLessThan(0.3);
      expect(shares.get("public.items")).toBeGreaterThan(0.1);
      expect(shares.get("public.items")).toBeLessThan(0.3);
    },
  );
});

test("a table that refers to itself keeps whole chains, however long", async () => {
  await sample(
    "chain",
    [
      "create table posts (id int primary key, reply_to int references posts)",
      "insert into posts select i, case when i % 1000 = 1 then null else i - 1 end from generate_series(1, 20000) i",
    ],
    1_000,
    async (_lab, query) => {
      expect(await query(orphans({ child: "posts", column: "reply_to", parent: "posts" }))).toEqual(
        {
          orphans: 0,
        },
      );
      const { rows } = await query("select count(*)::int as rows from posts");
      expect(rows).toBeGreaterThan(500);
      expect(rows).toBeLessThan(20_000);
    },
  );
});

test("tables that refer to each other in a circle do not hang the copy", async () => {
  await sample(
    "circle",
    [
      "create table a (id int primary key, b_id int)",
      "create table b (id int primary key, c_id int)",
      "create table c (id int primary key, a_id int references a)",
      "insert into a select i, 1 + (i * 7) % 5000 from generate_series(1, 5000) i",
      "insert into b select i, 1 + (i * 11) % 5000 from generate_series(1, 5000) i",
      "insert into c select i, 1 + (i * 13) % 5000 from generate_series(1, 5000) i",
      "alter table a add foreign key (b_id) references b",
      "alter table b add foreign key (c_id) references c",
    ],
    1_500,
    async (_lab, query) => {
      for (const reference of [
        { child: "a", column: "b_id", parent: "b" },
        { child: "b", column: "c_id", parent: "c" },
        { child: "c", column: "a_id", parent: "a" },
      ]) {
        expect(await query(orphans(reference))).toEqual({ orphans: 0 });
      }
    },
  );
});

test("tables without any key are sampled, too", async () => {
  await sample(
    "keyless",
    [
      "create table log (line text)",
      "insert into log select 'line ' || i from generate_series(1, 20000) i",
    ],
    2_000,
    async (lab) => {
      expect(lab.description.tables[0]?.share).toBeGreaterThan(0.04);
      expect(lab.description.tables[0]?.share).toBeLessThan(0.16);
    },
  );
});

test("any web of references stays whole", async () => {
  const tables = ["t0", "t1", "t2", "t3"] as const;
  const reference = fc.record({
    child: fc.constantFrom(...tables),
    parent: fc.constantFrom(...tables),
    nullEvery: fc.integer({ min: 2, max: 9 }),
    factor: fc.constantFrom(1, 3, 7, 11, 13),
  });
  const web = fc.uniqueArray(reference, {
    minLength: 1,
    maxLength: 5,
    selector: ({ child, parent }) => `${child} ${parent}`,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(web, async (references) => {
      run += 1;
      const columns = references.map((one, index) => ({ ...one, column: `r${index}` }));
      const sql = tables.flatMap((table) => {
        const own = columns.filter((one) => one.child === table);
        const values = own.map(
          (one) =>
            `case when i % ${one.nullEvery} = 0 then null else 1 + (i * ${one.factor}) % 1500 end`,
        );
        return [
          `create table ${table} (${["id int primary key", ...own.map((one) => `${one.column} int`)].join(", ")})`,
          `insert into ${table} select ${["i", ...values].join(", ")} from generate_series(1, 1500) i`,
        ];
      });
      const keys = columns.map(
        (one) =>
          `alter table ${one.child} add foreign key (${one.column}) references ${one.parent}`,
      );
      await sample(`web${run}`, [...sql, ...keys], 1_200, async (lab, query) => {
        for (const one of columns) expect(await query(orphans(one))).toEqual({ orphans: 0 });
        expect(lab.skipped).toEqual([]);
      });
    }),
    { numRuns: 4, seed: 20_260_101 },
  );
}, 180_000);
