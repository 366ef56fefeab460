import { messageOf } from "@streamgate/core";
import pg from "pg";
import { labUnreachable } from "../lab/errors.ts";

/** A row as the server sent it: every field in its text form. */
export type TextRow = readonly (string | null)[];

/** What one execution took and brought. */
interface Execution {
  readonly ms: number;
  /** Rows returned, or rows that a write touched. */
  readonly rows: number;
  /** Type oid of every column. */
  readonly columnTypes: readonly number[];
  readonly columnNames: readonly string[];
}

/** One connection to a lab. Aborting the signal cancels what runs on the server. */
export interface LabSession {
  /** Runs one or more statements without parameters. */
  execute(sql: string): Promise<void>;
  /** Rows as objects; fields in their text form. */
  rows<Row extends Readonly<Record<string, string | null>>>(
    sql: string,
    values?: readonly (string | null)[],
  ): Promise<readonly Row[]>;
  /** Runs a statement by the extended protocol, unnamed, as applications do, and fetches every row. */
  run(
    text: string,
    values: readonly (string | null)[],
    onRow?: (row: TextRow) => void,
  ): Promise<Execution>;
  close(): Promise<void>;
}

/** Leaves every field in its text form. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

const ignore = (): void => undefined;

/**
 * @throws StreamGateError `SG_PG_LAB_UNREACHABLE`; the signal's reason when it is aborted
 */
export async function openLabSession(
  connectionString: string,
  signal: AbortSignal | null,
): Promise<LabSession> {
  signal?.throwIfAborted();
  const client = new pg.Client({ connectionString, application_name: "streamgate proof" });
  client.on("error", ignore);
  const pid = await connect(client);
  const onAbort = (): void => void cancelBackend(connectionString, pid);
  signal?.addEventListener("abort", onAbort, { once: true });

  const orAbort = (error: unknown): unknown => (signal?.aborted ? signal.reason : error);
  return {
    execute: async (sql) => {
      signal?.throwIfAborted();
      await client.query(sql).catch((error: unknown) => {
        throw orAbort(error);
      });
    },
    rows: async <Row extends Readonly<Record<string, string | null>>>(
      sql: string,
      values: readonly (string | null)[] = [],
    ) => {
      signal?.throwIfAborted();
      const result = await client
        .query<Row>({ text: sql, values: [...values], types: asText })
        .catch((error: unknown) => {
          throw orAbort(error);
        });
      return result.rows;
    },
    run: (text, values, onRow = ignore) => {
      signal?.throwIfAborted();
      return runStreaming(client, text, values, onRow).catch((error: unknown) => {
        throw orAbort(error);
      });
    },
    close: async () => {
      signal?.removeEventListener("abort", onAbort);
      await client.end().catch(ignore);
    },
  };
}

async function connect(client: pg.Client): Promise<string> {
  try {
    await client.connect();
    await client.query("set idle_in_transaction_session_timeout = 0");
    await client.query("set lock_timeout = '10s'");
    const { rows } = await client.query<{ pid: string }>("select pg_backend_pid()::text as pid");
    return rows[0]?.pid ?? "0";
  } catch (cause) {
    await client.end().catch(ignore);
    throw labUnreachable(messageOf(cause), cause);
  }
}

/** Rows are handed on and forgotten, so that a large result needs no memory here. */
function runStreaming(
  client: pg.Client,
  text: string,
  values: readonly (string | null)[],
  onRow: (row: TextRow) => void,
): Promise<Execution> {
  return new Promise((resolve, reject) => {
    let returned = 0;
    const query = new pg.Query<(string | null)[]>({
      text,
      values: [...values],
      rowMode: "array",
      queryMode: "extended",
      types: asText,
    } as pg.QueryArrayConfig);
    query.on("row", (row) => {
      returned += 1;
      onRow(row);
    });
    query.on("error", reject);
    query.on("end", (result) => {
      const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
      resolve({
        ms,
        rows: returned > 0 ? returned : (result.rowCount ?? 0),
        columnTypes: result.fields.map((field) => field.dataTypeID),
        columnNames: result.fields.map((field) => field.name),
      });
    });
    const startedAt = process.hrtime.bigint();
    client.query(query);
  });
}

async function cancelBackend(connectionString: string, pid: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on("error", ignore);
  try {
    await client.connect();
    await client.query("select pg_cancel_backend($1::int)", [pid]);
  } catch {
    // The server is gone, and the statement with it.
  } finally {
    await client.end().catch(ignore);
  }
}

/** The SQLSTATE of a server's error; undefined for any other. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
