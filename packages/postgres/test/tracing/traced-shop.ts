import pg from "pg";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import {
  type StatementTracing,
  type TracedRequest,
  type TraceOptions,
  traceStatements,
} from "../../src/index.ts";

/** A database, a pool, and what was traced of it. */
export interface TracedShop {
  readonly postgres: TestPostgres;
  readonly pool: pg.Pool;
  readonly requests: TracedRequest[];
  /** Traces until `stop`. */
  trace(options?: TraceOptions): StatementTracing;
  stop(): void;
  close(): Promise<void>;
}

export async function openTracedShop(): Promise<TracedShop> {
  const postgres = await startTestPostgres();
  await postgres.query(
    "create table users (id int primary key, name text, email text, bio text, age int); insert into users select n, 'user ' || n, n || '@example.org', 'bio', n from generate_series(1, 100) n",
  );
  const pool = new pg.Pool({ connectionString: postgres.url(), max: 2 });
  pool.on("error", () => undefined);
  const requests: TracedRequest[] = [];
  let tracing: StatementTracing | undefined;
  return {
    postgres,
    pool,
    requests,
    trace: (options = {}) => {
      requests.length = 0;
      tracing = traceStatements({
        pg,
        onRequest: (request) => void requests.push(request),
        ...options,
      });
      return tracing;
    },
    stop: () => tracing?.stop(),
    close: async () => {
      tracing?.stop();
      await pool.end();
      await postgres.stop();
    },
  };
}
