import pg from "pg";
import { beat } from "./beat.ts";

/** Rows of one statement. */
type StoreRows<Row> = readonly Row[];

export type StoreQuery = <Row extends object>(
  sql: string,
  values?: readonly unknown[],
) => Promise<StoreRows<Row>>;

/** The tables of the platform in the store, for many callers at once. */
export interface StorePool {
  readonly query: StoreQuery;
  /** All or nothing. */
  transaction<Result>(work: (query: StoreQuery) => Promise<Result>): Promise<Result>;
  /** Runs the work where nobody else of any instance holds the lock; undefined where somebody does. */
  withLock<Result>(lock: number, work: () => Promise<Result>): Promise<Result | undefined>;
  close(): Promise<void>;
}

/** A host that vanished without a word lets its locks go within half a minute, not after the two hours of TCP. */
const TRY_LOCK = `select pg_try_advisory_lock($1::bigint) as held, set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`;
const MOST_CONNECTIONS = 6;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const ANSWER_PATIENCE_MS = 5_000;

/** How often it is looked whether the store wants to end. */
const LOOK_EVERY_MS = 1_000;

/**
 * @param locate the store's address at the moment: an embedded one may come up again on another port
 * @param isStopping whether the store's server waits for those who are connected, to end: then nobody who is idle stays
 */
export function openStorePool(
  locate: () => Promise<string>,
  isStopping: () => Promise<boolean> = async () => false,
): StorePool {
  let address: string | undefined;
  let pool: pg.Pool | undefined;
  const current = async (): Promise<pg.Pool> => {
    const now = await locate();
    if (pool !== undefined && now === address) return pool;
    const old = pool;
    address = now;
    pool = poolOn(now);
    old?.end().catch(() => undefined);
    return pool;
  };
  const leaveIfStopping = async (): Promise<void> => {
    if (pool === undefined || !(await isStopping())) return;
    const old = pool;
    pool = undefined;
    await old?.end();
  };
  const looking = beat(LOOK_EVERY_MS, leaveIfStopping, () => undefined);
  return {
    query: async (sql, values) => runOn(await current(), sql, values),
    transaction: async (work) => {
      const client = await connectFrom(await current());
      try {
        await client.query("begin");
        const result = await work((sql, values) => runOn(client, sql, values));
        await client.query("commit");
        client.release();
        return result;
      } catch (error) {
        const isBroken = await client.query("rollback").then(
          () => false,
          () => true,
        );
        client.release(isBroken);
        throw error;
      }
    },
    withLock: async (lock, work) => {
      const client = await connectFrom(await current());
      let isBroken = true;
      try {
        const { rows } = await client.query<{ readonly held: boolean }>(TRY_LOCK, [lock]);
        if (rows[0]?.held !== true) {
          isBroken = false;
          return undefined;
        }
        try {
          return await work();
        } finally {
          await client.query("select pg_advisory_unlock($1::bigint)", [lock]);
          isBroken = false;
        }
      } finally {
        // A session that is not given back in order is ended, and its lock with it.
        client.release(isBroken);
      }
    },
    close: async () => {
      await looking.stop();
      await pool?.end();
    },
  };
}

function poolOn(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // A server that does not answer at all keeps to no time-out of its own.
    query_timeout: STATEMENT_TIMEOUT_MS + ANSWER_PATIENCE_MS,
    keepAlive: true,
    application_name: "streamgate platform",
  });
  // A connection that breaks while it is idle is replaced at its next use; one that breaks under a lock fails its next query.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** A connection that breaks while it is lent is told by whatever is asked of it next. */
async function connectFrom(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  if (client.listenerCount("error") === 0) client.on("error", () => undefined);
  return client;
}

async function runOn<Row extends object>(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly unknown[] = [],
): Promise<StoreRows<Row>> {
  const result = await on.query<Row & pg.QueryResultRow>(sql, [...values]);
  return result.rows;
}
