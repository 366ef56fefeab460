import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { openConnection } from "../../src/store/connection.ts";
import { migrate, pendingMigrations, readMigrations } from "../../src/store/migrations.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(() => postgres.stop());

async function migrateAt(url: string): Promise<readonly number[]> {
  const connection = await openConnection(async () => url);
  try {
    const done = await migrate(connection, await readMigrations());
    return done.map(({ number }) => number);
  } finally {
    await connection.close();
  }
}

describe("the store's schema", () => {
  test("is made in an empty database, and the second time there is nothing to do", async () => {
    const url = await postgres.createDatabase("fresh");
    const all = (await readMigrations()).map(({ number }) => number);
    expect(await migrateAt(url)).toEqual(all);
    expect(await migrateAt(url)).toEqual([]);
  });

  test("is made once by four who start at the same moment", async () => {
    const url = await postgres.createDatabase("crowded");
    const all = (await readMigrations()).map(({ number }) => number);
    const done = await Promise.all([1, 2, 3, 4].map(() => migrateAt(url)));
    expect(done.flat()).toEqual(all);
  });

  test("of a later StreamGate is refused and left alone", async () => {
    const url = await postgres.createDatabase("too_new");
    await migrateAt(url);
    await postgres.query(
      "insert into streamgate.migrations (number, name, checksum) values (9999, 'later', '')",
      undefined,
      "too_new",
    );
    await expect(migrateAt(url)).rejects.toMatchObject({ code: "SG_SERVER_STORE_TOO_NEW" });
  });

  test("is left as it was when a migration fails", async () => {
    const url = await postgres.createDatabase("failing");
    const known = await readMigrations();
    const broken = { number: 9000, name: "broken", sql: "select no_such_column", checksum: "" };
    const connection = await openConnection(async () => url);
    await expect(migrate(connection, [...known, broken])).rejects.toThrow(/no_such_column/);
    await connection.close();
    const tables = await postgres.query(
      "select count(*)::int as count from pg_namespace where nspname = 'streamgate'",
      undefined,
      "failing",
    );
    expect(tables[0]?.count).toBe(0);
  });
});

test("a migration that was edited after it ran is noticed", () => {
  const migration = { number: 1, name: "first", sql: "select 1", checksum: "new" };
  expect(() => pendingMigrations([migration], [{ number: 1, checksum: "old" }])).toThrow(
    /differs from the one that made this store/,
  );
});

test("the migrations are numbered without a gap", async () => {
  const numbers = (await readMigrations()).map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
