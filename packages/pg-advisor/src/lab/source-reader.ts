import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { destroy } from "../snapshot/connect.ts";
import { labCopyFailed } from "./errors.ts";

/** How the watched server is read. */
export interface SourceOptions {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** Connections to the watched server that see one instant and cannot write. */
export interface SourceReaders {
  readonly clients: readonly pg.Client[];
  /** False where the server could not share one instant among connections. */
  readonly seesOneInstant: boolean;
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 2_000;

/**
 * Opens connections, each in a read-only repeatable read transaction on the same exported
 * snapshot. When the signal aborts, the connections are broken off; the server notices by
 * `client_connection_check_interval`.
 *
 * @throws StreamGateError `SG_PG_LAB_COPY_FAILED`; the signal's reason when it is aborted
 */
export async function openSourceReaders(
  source: string,
  count: number,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<SourceReaders> {
  const clients: pg.Client[] = [];
  const breakOff = (): void => clients.forEach(destroy);
  signal.addEventListener("abort", breakOff, { once: true });
  const close = async (): Promise<void> => {
    signal.removeEventListener("abort", breakOff);
    await Promise.all(clients.map(endOrDestroy));
  };
  try {
    let snapshotId: string | null = null;
    let seesOneInstant = true;
    for (let index = 0; index < count; index += 1) {
      signal.throwIfAborted();
      const client = new pg.Client({
        connectionString: source,
        application_name: "streamgate lab",
      });
      clients.push(client);
      client.on("error", () => undefined);
      await client.connect();
      const isAdopted = await begin(client, snapshotId);
      await configure(client, options);
      if (index > 0) seesOneInstant &&= isAdopted;
      else if (count > 1) snapshotId = await exportSnapshot(client, options);
    }
    return { clients, seesOneInstant, close };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw labCopyFailed("read the watched server", error);
  }
}

const BEGIN = "begin transaction isolation level repeatable read, read only";

/** Begins at the exported instant where there is one; whether that was possible. */
async function begin(client: pg.Client, snapshotId: string | null): Promise<boolean> {
  await client.query(BEGIN);
  if (snapshotId === null) return false;
  try {
    await client.query(`set transaction snapshot '${snapshotId}'`);
    return true;
  } catch {
    await client.query(`rollback; ${BEGIN}`);
    return false;
  }
}

/** Local to the transaction, so that nothing stays behind on a pooled connection. */
async function configure(client: pg.Client, options: SourceOptions): Promise<void> {
  await client.query(
    `set local statement_timeout = ${options.statementTimeoutMs};
     set local lock_timeout = ${options.lockTimeoutMs};
     set local idle_in_transaction_session_timeout = 0;
     set local row_security = off;
     set local datestyle = 'ISO, MDY';
     set local intervalstyle = 'postgres';
     set local extra_float_digits = 3;
     set local bytea_output = 'hex';
     set local search_path = pg_catalog`,
  );
  // Not on every platform: there the server notices a lost client when it next sends rows.
  await optionally(client, "set local client_connection_check_interval = 1000");
}

/** Null where the server refuses; not in a savepoint, where every server does. */
async function exportSnapshot(client: pg.Client, options: SourceOptions): Promise<string | null> {
  try {
    const { rows } = await client.query<{ id: string }>("select pg_export_snapshot() as id");
    return rows[0]?.id ?? null;
  } catch {
    await client.query(`rollback; ${BEGIN}`);
    await configure(client, options);
    return null;
  }
}

async function optionally(client: pg.Client, sql: string): Promise<void> {
  await client.query("savepoint optional");
  try {
    await client.query(sql);
    await client.query("release savepoint optional");
  } catch {
    await client.query("rollback to savepoint optional");
  }
}

async function endOrDestroy(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), wait(CLOSE_WITHIN_MS)]);
  destroy(client);
}
