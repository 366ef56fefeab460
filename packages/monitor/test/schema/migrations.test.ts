import { cp, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { migrateMonitor, readMonitorMigrations } from "@streamgate/monitor";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { quietPool } from "../history/quiet-pool.ts";

const SHIPPED = new URL("../../src/schema/migrations/", import.meta.url);

describe.each([14, 18] as const)("the schema of the monitor on PostgreSQL %i", (major) => {
  let server: TestPostgres;
  let made = 0;
  const pools: pg.Pool[] = [];

  beforeAll(async () => {
    server = await startTestPostgres({ major, hasStatementCounters: false });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  });

  async function emptyDatabase(): Promise<pg.Pool> {
    made += 1;
    const pool = quietPool(await server.createDatabase(`schema_${made}`));
    pools.push(pool);
    return pool;
  }

  async function folderWith(file: string, sql: string): Promise<URL> {
    const folder = await mkdtemp(join(tmpdir(), "streamgate-migrations-"));
    await cp(SHIPPED, folder, { recursive: true });
    await writeFile(join(folder, file), sql);
    return pathToFileURL(`${folder}/`);
  }

  test("all steps are run once, in order, and never again", async () => {
    const pool = await emptyDatabase();
    const known = await readMonitorMigrations();
    expect(await migrateMonitor(pool)).toEqual(known);
    expect(await migrateMonitor(pool)).toEqual([]);
    const numbers = known.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    expect(numbers[0]).toBe(1);
  });

  test("four processes at once bring it up to date once", async () => {
    const pool = await emptyDatabase();
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrateMonitor(pool)));
    expect(runs.filter((steps) => steps.length > 0)).toHaveLength(1);
  });

  test("a step of another area with a lower number is run when it comes later", async () => {
    const pool = await emptyDatabase();
    await migrateMonitor(pool);
    const folder = await folderWith(
      "0009-late.sql",
      "create table streamgate_monitor.came_late (id integer)",
    );
    const steps = await migrateMonitor(pool, await readMonitorMigrations(folder));
    expect(steps.map(({ name }) => name)).toEqual(["late"]);
  });

  test("a step whose text was changed is refused by name", async () => {
    const pool = await emptyDatabase();
    await migrateMonitor(pool);
    const folder = await folderWith("0001-history.sql", "select 1");
    await expect(migrateMonitor(pool, await readMonitorMigrations(folder))).rejects.toMatchObject({
      code: "SG_MONITOR_MIGRATION_CHANGED",
    });
  });

  test("a store of a later StreamGate is refused", async () => {
    const pool = await emptyDatabase();
    const folder = await folderWith("9999-future.sql", "select 1");
    await migrateMonitor(pool, await readMonitorMigrations(folder));
    await expect(migrateMonitor(pool)).rejects.toMatchObject({ code: "SG_MONITOR_SCHEMA_TOO_NEW" });
  });

  test("a step that fails leaves nothing behind", async () => {
    const pool = await emptyDatabase();
    const folder = await folderWith(
      "0009-broken.sql",
      "create table streamgate_monitor.x (nonsense",
    );
    await expect(migrateMonitor(pool, await readMonitorMigrations(folder))).rejects.toThrow();
    const { rows } = await pool.query("select to_regnamespace('streamgate_monitor') as found");
    expect(rows[0]).toEqual({ found: null });
  });
});
