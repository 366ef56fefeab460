import pg from "pg";

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

/**
 * Connects to the store. A connection that breaks is made anew by the next query, to the address
 * that `locate` gives then: the embedded store may have come up again on another port.
 */
export async function openConnection(locate: () => Promise<string>): Promise<StoreConnection> {
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
    close: () => exclusively(() => client.pg.end()),
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
