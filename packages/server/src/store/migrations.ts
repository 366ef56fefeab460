import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { migrationChanged, storeTooNew } from "../errors.ts";
import type { StoreConnection } from "./connection.ts";

/** One numbered step forward of the store's schema. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A migration that the store remembers. */
export interface AppliedMigration {
  readonly number: number;
  readonly checksum: string;
}

const FOLDER = new URL("./migrations/", import.meta.url);
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** Any 64-bit number, the same in every StreamGate: only one of them migrates at a time. */
const LOCK = "7310575178911207540";

const PREPARE = `
create schema if not exists streamgate;
create table if not exists streamgate.migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/** The migrations that this StreamGate knows, in order. */
export async function readMigrations(folder: URL = FOLDER): Promise<readonly Migration[]> {
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
 * @throws StreamGateError `SG_SERVER_STORE_TOO_NEW`, `SG_SERVER_MIGRATION_CHANGED`
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const latestKnown = known.at(-1)?.number ?? 0;
  const latestApplied = Math.max(0, ...applied.map((migration) => migration.number));
  if (latestApplied > latestKnown) throw storeTooNew(latestApplied, latestKnown);
  const checksums = new Map(applied.map(({ number, checksum }) => [number, checksum]));
  return known.filter((migration) => {
    const checksum = checksums.get(migration.number);
    if (checksum !== undefined && checksum !== migration.checksum) {
      throw migrationChanged(migration.number, migration.name);
    }
    return checksum === undefined;
  });
}

/** Brings the store's schema up to date, forward only, all or nothing. Returns what was run. */
export async function migrate(
  connection: StoreConnection,
  known: readonly Migration[],
): Promise<readonly Migration[]> {
  return connection.transaction(async (query) => {
    await query(`select pg_advisory_xact_lock(${LOCK})`);
    await query(PREPARE);
    const { rows } = await query("select number, checksum from streamgate.migrations");
    const applied = rows.map(({ number, checksum }) => ({
      number: Number(number),
      checksum: String(checksum),
    }));
    const pending = pendingMigrations(known, applied);
    for (const { number, name, sql, checksum } of pending) {
      await query(sql);
      await query(
        "insert into streamgate.migrations (number, name, checksum) values ($1, $2, $3)",
        [number, name, checksum],
      );
    }
    return pending;
  });
}

/** Line ends and blanks at the end do not count. */
function checksumOf(sql: string): string {
  const text = sql.replaceAll("\r\n", "\n").trimEnd();
  return createHash("sha256").update(text).digest("hex");
}
