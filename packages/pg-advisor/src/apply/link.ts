import type { Clock } from "@streamgate/core";
import type pg from "pg";
import { connect as connectTo } from "../snapshot/connect.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_PAUSE_MS = 500;

export interface LinkOptions {
  readonly connectionString: string;
  readonly clock: Clock;
  /** Settings of the session; those that the server does not know are left out. */
  readonly settings: Readonly<Record<string, string>>;
  /** How often a lost connection is tried to be made again, half a second apart. */
  readonly reconnectAttempts: number;
}

/** One server process, told apart from a later one with the same number. */
export interface Backend {
  readonly pid: number;
  readonly startedAt: string;
}

/** A connection that is made when it is first needed, and again after it was lost. */
export interface Link {
  /** Runs `sql` and returns the rows of its last statement. A query that is under way when the connection is lost rejects. */
  query<Row extends pg.QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** The server process that serves it now, or did last. */
  backend(): Backend | null;
  /** Gives up a connection that does not answer; the query under way rejects. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * A link to `options.connectionString`; the first query connects, and throws as `connect` of the
 * snapshot does when it cannot.
 */
export function openLink(options: LinkOptions): Link {
  let client: pg.Client | null = null;
  let backend: Backend | null = null;

  const connect = async (): Promise<pg.Client> => {
    const attempts = backend === null ? 1 : options.reconnectAttempts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { client: fresh } = await connectTo(options.connectionString, {
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
        });
        fresh.on("end", () => {
          if (client === fresh) client = null;
        });
        backend = await introduce(fresh, options.settings);
        client = fresh;
        return fresh;
      } catch (cause) {
        if (attempt >= attempts) throw cause;
        await options.clock.sleep(RECONNECT_PAUSE_MS);
      }
    }
  };

  return {
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => {
      const connected = client ?? (await connect());
      const result: pg.QueryResult<Row> | readonly pg.QueryResult<Row>[] =
        values === undefined
          ? await connected.query<Row>(sql)
          : await connected.query<Row>(sql, [...values]);
      const results = Array.isArray(result) ? result : [result];
      return results.at(-1)?.rows ?? [];
    },
    backend: () => backend,
    cut: () => {
      void client?.end().catch(() => undefined);
      client = null;
    },
    close: async () => {
      const open = client;
      client = null;
      await open?.end().catch(() => undefined);
    },
  };
}

async function introduce(
  client: pg.Client,
  settings: Readonly<Record<string, string>>,
): Promise<Backend> {
  await client.query(
    `select set_config(known.name, wanted.value, false)
       from json_each_text($1::json) as wanted(name, value)
       join pg_settings known using (name)`,
    [JSON.stringify(settings)],
  );
  // A server whose operating system cannot tell that a client is gone refuses this one.
  await client
    .query("select set_config('client_connection_check_interval', '5s', false)")
    .catch(() => undefined);
  const { rows } = await client.query<Backend>(
    `select pid, backend_start::text as "startedAt" from pg_stat_activity where pid = pg_backend_pid()`,
  );
  const [self] = rows;
  if (self === undefined) throw new Error("the server does not show this session to itself");
  return self;
}
