import pg from "pg";
import { beat } from "../platform/beat.ts";

/** What a query returns, as far as the store looks at it. */
interface QueryResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number;
}

export type Query = (sql: string, values?: readonly unknown[]) => Promise<QueryResult>;

/** One session with the store. It holds session locks, so there is exactly one. */
export interface StoreConnection {
  readonly query: Query;
  /** Runs the work in a transaction; other queries of this connection wait for its end. */
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const HOLDS_LOCK = `
select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as "isHeld"`;
/** How often it is looked whether the server wants to end. */
const LOOK_EVERY_MS = 1_000;

/**
 * Connects to the store. A connection that breaks is made anew by the next query, to the address
 * that `locate` gives then: the embedded store may have come up again on another port. A server that waits for its connections to
 * end is left as soon as no lock is held and nothing is asked of it.
 */
export async function openConnection(
  locate: () => Promise<string>,
  isStopping?: () => Promise<boolean>,
): Promise<StoreConnection> {
  let client = await connect(await locate());
  let tail: Promise<unknown> = Promise.resolve();

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
  const liveClient = async (): Promise<LiveClient> => {
    if (client.isBroken()) client = await connect(await locate());
    return client;
  };
  const runOn =
    (live: LiveClient): Query =>
    async (sql, values) => {
      const result = await live.pg.query(sql, values === undefined ? undefined : [...values]);
      return { rows: result.rows ?? [], rowCount: result.rowCount ?? 0 };
    };

  const leaveIfStopping = async (): Promise<void> => {
    if (client.isBroken() || (await isStopping?.()) !== true) return;
    await exclusively(async () => {
      const { rows } = await client.pg.query<{ readonly isHeld: boolean }>(HOLDS_LOCK);
      // Whoever works under a lock finishes first: the server waits.
      if (rows[0]?.isHeld === false) await client.pg.end();
    });
  };
  const looking =
    isStopping === undefined ? undefined : beat(LOOK_EVERY_MS, leaveIfStopping, () => undefined);

  return {
    query: (sql, values) => exclusively(async () => runOn(await liveClient())(sql, values)),
    transaction: (work) =>
      exclusively(async () => {
        const query = runOn(await liveClient());
        await query("begin");
        try {
          const result = await work(query);
          await query("commit");
          return result;
        } catch (error) {
          await query("rollback").catch(() => undefined);
          throw error;
        }
      }),
    close: async () => {
      await looking?.stop();
      await exclusively(() => client.pg.end());
    },
  };
}

interface LiveClient {
  readonly pg: pg.Client;
  isBroken(): boolean;
}

async function connect(url: string): Promise<LiveClient> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "streamgate store",
    keepAlive: true,
  });
  let isBroken = false;
  const markBroken = (): void => {
    isBroken = true;
  };
  client.on("error", markBroken);
  client.on("end", markBroken);
  await client.connect();
  return { pg: client, isBroken: () => isBroken };
}
