import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";
import { monitorMigrationChanged, monitorSchemaTooNew } from "./errors.ts";

/**
 * One numbered step forward of the schema `streamgate_monitor`. Numbers are handed out by area, and
 * may have gaps: 1–9 history, 10–19 evaluation of alerts, 20–29 notifications and incidents.
 */
export interface MonitorMigration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A migration that the store remembers. */
interface AppliedMonitorMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const FOLDER = new URL("./migrations/", import.meta.url);
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** Any 64-bit number, the same in every StreamGate: only one of them migrates at a time. */
const LOCK = "7310575178911207541";

const PREPARE = `
create schema if not exists streamgate_monitor;
create table if not exists streamgate_monitor.migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/** The migrations that this StreamGate knows, in order. */
export async function readMonitorMigrations(
  folder: URL = FOLDER,
): Promise<readonly MonitorMigration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const [, digits = "", name = ""] = FILE_NAME.exec(file) ?? [];
      const sql = await readFile(new URL(file, folder), "utf8");
      return { number: Number(digits), name, sql, checksum: checksumOf(sql) };
    }),
  );
}

/**
 * The migrations that are still to run.
 *
 * @throws StreamGateError `SG_MONITOR_SCHEMA_TOO_NEW`, `SG_MONITOR_MIGRATION_CHANGED`
 */
function pendingMonitorMigrations(
  known: readonly MonitorMigration[],
  applied: readonly AppliedMonitorMigration[],
): readonly MonitorMigration[] {
  const numbers = new Set(known.map(({ number }) => number));
  const unknown = applied.find(({ number }) => !numbers.has(number));
  if (unknown !== undefined) throw monitorSchemaTooNew(unknown.number, unknown.name);
  const checksums = new Map(applied.map(({ number, checksum }) => [number, checksum]));
  return known.filter(({ number, name, checksum }) => {
    const found = checksums.get(number);
    if (found !== undefined && found !== checksum) throw monitorMigrationChanged(number, name);
    return found === undefined;
  });
}

/**
 * Brings the schema `streamgate_monitor` up to date: forward only, all or nothing, and one at a time
 * however many call it. Needs the right to create a schema, once.
 *
 * @param known handed in by tests alone
 * @returns what was run
 * @throws StreamGateError `SG_MONITOR_SCHEMA_TOO_NEW`, `SG_MONITOR_MIGRATION_CHANGED`
 * @example
 * ```ts
 * import { migrateMonitor } from "@streamgate/monitor";
 * import pg from "pg";
 * await migrateMonitor(new pg.Pool({ connectionString: "postgresql://127.0.0.1/streamgate" }));
 * ```
 */
export async function migrateMonitor(
  pool: pg.Pool,
  known?: readonly MonitorMigration[],
): Promise<readonly MonitorMigration[]> {
  const steps = known ?? (await readMonitorMigrations());
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(`select pg_advisory_xact_lock(${LOCK})`);
    await client.query(PREPARE);
    const { rows } = await client.query<AppliedMonitorMigration>(
      "select number, name, checksum from streamgate_monitor.migrations order by number",
    );
    const pending = pendingMonitorMigrations(steps, rows);
    for (const { number, name, sql, checksum } of pending) {
      await client.query(sql);
      await client.query(
        "insert into streamgate_monitor.migrations (number, name, checksum) values ($1, $2, $3)",
        [number, name, checksum],
      );
    }
    await client.query("commit");
    client.release();
    return pending;
  } catch (error) {
    // The connection goes with its transaction: whatever broke may have broken it, too.
    client.release(true);
    throw error;
  }
}

/** Line ends and blanks at the end do not count. */
function checksumOf(sql: string): string {
  const text = sql.replaceAll("\r\n", "\n").trimEnd();
  return createHash("sha256").update(text).digest("hex");
}
