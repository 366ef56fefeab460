import pg from "pg";
import { historyClosed, historyUnavailable } from "./errors.ts";

/** Runs one statement in the transaction. */
export type Query = <Row extends pg.QueryResultRow = pg.QueryResultRow>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

interface TransactionOptions {
  /** What is being done, as an error would say it: `write points into the history`. */
  readonly tried: string;
  /** The longest that one statement may take. */
  readonly timeoutMs: number;
  /** One snapshot for all statements, and no writing. @default false */
  readonly isReadOnly?: boolean;
}

/** The PostgreSQL of the history, wherever it is at the moment. */
export interface HistoryDatabase {
  /** All or nothing; when it resolves, it is on disk. */
  transaction<T>(options: TransactionOptions, work: (query: Query) => Promise<T>): Promise<T>;
  /** Reuses the space of rows that were deleted from a table, which no transaction may hold. */
  vacuum(table: string): Promise<void>;
  /** For work that brings its own transactions. */
  pool(): Promise<pg.Pool>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 6;
/** How much later than the server this side gives up: only a server that hangs gets there. */
const HANGING_AFTER_MS = 5_000;

/**
 * A commit that may be lost in a crash is no acknowledgement: asynchronous commit is switched off
 * for our transactions, stricter settings stay.
 */
function beginning(timeoutMs: number, isReadOnly: boolean): string {
  const milliseconds = String(Math.ceil(timeoutMs));
  if (isReadOnly) {
    return `begin isolation level repeatable read read only; set local statement_timeout = ${milliseconds}`;
  }
  return `begin; set local statement_timeout = ${milliseconds}; set local lock_timeout = ${milliseconds};
    select set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') = 'off'`;
}

export function openHistoryDatabase(
  source: pg.Pool | string | (() => Promise<string>),
): HistoryDatabase {
  if (source instanceof pg.Pool)
    return withPools(
      async () => source,
      async () => undefined,
    );
  const locate = typeof source === "string" ? async () => source : source;
  let own: { readonly url: string; readonly pool: pg.Pool } | undefined;
  return withPools(
    async (isSuspect) => {
      if (own !== undefined && !isSuspect) return own.pool;
      const url = await locate();
      if (own?.url === url) return own.pool;
      own?.pool.end().catch(() => undefined);
      own = { url, pool: makePool(url) };
      return own.pool;
    },
    async () => own?.pool.end(),
  );
}

function withPools(
  currentPool: (isSuspect: boolean) => Promise<pg.Pool>,
  end: () => Promise<void>,
): HistoryDatabase {
  let isClosed = false;
  let isSuspect = false;
  const pool = async (): Promise<pg.Pool> => {
    if (isClosed) throw historyClosed();
    return currentPool(isSuspect);
  };
  return {
    pool,
    async transaction(options, work) {
      const client = await connect(options.tried);
      try {
        const result = await runTransaction(client, options, work);
        client.release();
        return result;
      } catch (error) {
        // The server forgets the transaction with the connection, whatever state both are in.
        client.release(true);
        isSuspect = !isRefusal(error);
        throw error;
      }
    },
    async vacuum(table) {
      await (await pool()).query(`vacuum ${table}`);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await end();
    },
  };

  async function connect(tried: string): Promise<pg.PoolClient> {
    const chosen = await pool();
    try {
      const client = await chosen.connect();
      isSuspect = false;
      return client;
    } catch (cause) {
      isSuspect = true;
      throw historyUnavailable(tried, cause);
    }
  }
}

async function runTransaction<T>(
  client: pg.PoolClient,
  { tried, timeoutMs, isReadOnly = false }: TransactionOptions,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const query: Query = async (sql, values) => {
    const config = {
      text: sql,
      ...(values === undefined ? {} : { values: [...values] }),
      query_timeout: timeoutMs + HANGING_AFTER_MS,
    };
    const result = await client.query(config).catch((cause: unknown) => {
      throw isRefusal(cause) ? cause : historyUnavailable(tried, cause);
    });
    return result.rows;
  };
  await query(beginning(timeoutMs, isReadOnly));
  const result = await work(query);
  await query("commit");
  return result;
}

/** Whether the server answered with an error of the statement's own, and is fine otherwise. */
function isRefusal(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === undefined) return false;
  // 08 connection, 53 no resources (disk full, too many clients), 57P the server goes or comes, 58 its files.
  return !/^(08|53|57P|58)/.test(state);
}

/** The five characters by which PostgreSQL names an error; undefined for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function makePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "streamgate monitor",
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; whoever needs one hears of it then.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
