import pg from "pg";
import { explainConnection } from "./connection-words.ts";

/** One connection that is kept between readings and made anew where it broke. */
export interface KeptConnection {
  /**
   * The rows of one question, asked in a transaction of its own that cannot write. What is set is set for it alone: behind a pooler the
   * session belongs to others, too.
   */
  ask<Row extends object>(sql: string, signal: AbortSignal): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface KeptConnectionOptions {
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

const LOCK_TIMEOUT_MS = 1_000;
/** By this StreamGate knows its own statements again. At the beginning of a text PostgreSQL leaves comments out. */
const MARK = "/* streamgate */";

export function keepConnection(
  connectionString: string,
  { connectTimeoutMs, statementTimeoutMs }: KeptConnectionOptions,
): KeptConnection {
  let live: LiveClient | undefined;
  const begin = [
    `begin transaction read only ${MARK}`,
    `select pg_catalog.set_config('statement_timeout', '${statementTimeoutMs}', true),
            pg_catalog.set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true),
            pg_catalog.set_config('search_path', '', true) ${MARK}`,
  ];

  const client = async (signal: AbortSignal): Promise<LiveClient> => {
    signal.throwIfAborted();
    if (live !== undefined && !live.isBroken()) return live;
    live = await connect(connectionString, connectTimeoutMs, signal);
    return live;
  };
  return {
    ask: async <Row extends object>(sql: string, signal: AbortSignal) => {
      const { client: on, destroy } = await client(signal);
      signal.addEventListener("abort", destroy, { once: true });
      try {
        const results = await on.query([...begin, `${sql} ${MARK}`, `commit ${MARK}`].join(";\n"));
        // One result for each statement of the text; the types of pg know of one alone.
        const list: readonly pg.QueryResult<Row & pg.QueryResultRow>[] = Array.isArray(results)
          ? results
          : [results];
        return list[begin.length]?.rows ?? [];
      } catch (error) {
        await on.query("rollback").catch(() => undefined);
        throw error;
      } finally {
        signal.removeEventListener("abort", destroy);
      }
    },
    close: async () => {
      const old = live;
      live = undefined;
      if (old !== undefined && !old.isBroken()) await old.client.end().catch(() => undefined);
    },
  };
}

interface LiveClient {
  readonly client: pg.Client;
  isBroken(): boolean;
  /** Ends it at once, with whatever waits on it. */
  readonly destroy: () => void;
}

async function connect(
  connectionString: string,
  connectTimeoutMs: number,
  signal: AbortSignal,
): Promise<LiveClient> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: "streamgate collector",
  });
  let isBroken = false;
  const markBroken = (): void => {
    isBroken = true;
  };
  client.on("error", markBroken);
  client.on("end", markBroken);
  const destroy = (): void => {
    isBroken = true;
    const { connection } = client as { readonly connection?: { readonly stream?: SocketLike } };
    connection?.stream?.destroy();
  };
  signal.addEventListener("abort", destroy, { once: true });
  try {
    await client.connect();
    return { client, isBroken: () => isBroken, destroy };
  } catch (error) {
    destroy();
    throw explainConnection(error);
  } finally {
    signal.removeEventListener("abort", destroy);
  }
}

interface SocketLike {
  destroy(): void;
}
