import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { openConnection } from "../../src/store/connection.ts";
import { type Migration, migrate, readMigrations } from "../../src/store/migrations.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";

/** For each version that was released, its last migration. Their files are kept as they were then in `released/`. */
const RELEASED = [1];
const FOLDER = new URL("./released/", import.meta.url);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(() => postgres.stop());

async function storeOf(last: number): Promise<string> {
  const name = `released_${last}`;
  const url = await postgres.createDatabase(name);
  const connection = await openConnection(async () => url);
  const known = (await readMigrations(FOLDER)).filter(({ number }) => number <= last);
  await migrate(connection, known);
  const digits = String(last).padStart(4, "0");
  await connection.query(await readFile(new URL(`data-at-${digits}.sql`, FOLDER), "utf8"));
  await connection.close();
  return url;
}

/** Every row of every table as text. */
async function contentOf(name: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await postgres.query<{ readonly name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'streamgate' and table_name <> 'migrations' order by 1",
    undefined,
    name,
  );
  const content: Record<string, readonly string[]> = {};
  for (const { name: table } of tables) {
    const rows = await postgres.query<{ readonly row: Readonly<Record<string, unknown>> }>(
      `select to_jsonb(t) as row from streamgate.${table} as t order by t::text`,
      undefined,
      name,
    );
    content[table] = rows.map(({ row }) => JSON.stringify(row));
  }
  return content;
}

describe.each(RELEASED)("a store of the version that ended with migration %i", (last) => {
  test("moves to this version, and keeps every row", async () => {
    const url = await storeOf(last);
    const before = await contentOf(`released_${last}`);
    expect(before.applications).toHaveLength(2);
    const store = await openPostgresStore({
      locate: async () => url,
      serverPid: null,
      close: async () => undefined,
    });
    const after = await contentOf(`released_${last}`);
    for (const [table, rows] of Object.entries(before)) {
      const now = after[table] ?? [];
      expect(now, table).toHaveLength(rows.length);
      // Columns may have come; what was there is as it was.
      for (const [index, row] of rows.entries())
        expect(JSON.parse(now[index] ?? "{}"), table).toMatchObject(JSON.parse(row));
    }
    // What was cut short before the upgrade is found after it.
    const unfinished = await store.standingFindings("db:5432/shop");
    expect(unfinished.map(({ id }) => id)).toEqual(["f1"]);
    await store.close();
  });

  test("comes to the same schema as a new one", async () => {
    const columnsOf = (name: string): Promise<readonly object[]> =>
      postgres.query(
        `select table_name, column_name, data_type, is_nullable, column_default
         from information_schema.columns where table_schema = 'streamgate' order by 1, 2`,
        undefined,
        name,
      );
    const url = await postgres.createDatabase(`fresh_${last}`);
    const connection = await openConnection(async () => url);
    await migrate(connection, await readMigrations());
    await connection.close();
    expect(await columnsOf(`released_${last}`)).toEqual(await columnsOf(`fresh_${last}`));
  });
});

test("no migration that was released has been edited since", async () => {
  const now = new Map((await readMigrations()).map(({ number, checksum }) => [number, checksum]));
  const released: readonly Migration[] = await readMigrations(FOLDER);
  expect(released.length).toBe(Math.max(...RELEASED));
  for (const { number, checksum } of released)
    expect(now.get(number), String(number)).toBe(checksum);
});
