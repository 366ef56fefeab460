import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { wrapMethod } from "@streamgate/core";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { poolNameOf } from "../../src/instrumentation/pool-gauges.ts";
import { startWatched, type Watched } from "./watched.ts";

const DURATIONS = "db_client_operation_duration_seconds";
const WAITS = "db_client_connection_wait_time_seconds";

let postgres: TestPostgres;
let watched: Watched;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

beforeEach(() => {
  watched = startWatched({ httpServer: false, httpClient: false, postgres: pg });
  pool = new pg.Pool({ connectionString: postgres.url(), max: 2, application_name: "shop" });
  // The server may end a connection that is just being closed.
  pool.on("error", () => undefined);
});
afterEach(async () => {
  watched.stop();
  await pool.end();
});

async function inTrace<Result>(work: () => Promise<Result>): Promise<Result> {
  const root = watched.tracer.startTrace("work", "internal");
  try {
    return await watched.tracer.run(root, work);
  } finally {
    root.end();
  }
}

/** The names of the spans of the last trace, without its root. */
function spanNames(): readonly string[] {
  return (watched.tracer.kept().at(-1)?.spans ?? []).slice(1).map(({ name }) => name);
}

test("a statement is counted by what it does, and its span shows the text without literals and parameters", async () => {
  const { rows } = await inTrace(() =>
    pool.query("select $1::text as name, 'secret' as x -- by ada", ["parameter"]),
  );
  expect(rows).toEqual([{ name: "parameter", x: "secret" }]);
  expect(watched.labelsOf(DURATIONS)).toEqual([
    { db_system_name: "postgresql", db_operation_name: "SELECT", error_type: "" },
  ]);
  const span = watched.spans().find(({ name }) => name === "SELECT");
  expect(span?.attributes).toMatchObject({
    "db.system.name": "postgresql",
    "db.query.text": "select $1::text as name, ? as x",
    "db.namespace": "postgres",
  });
  expect(JSON.stringify(watched.spans())).not.toMatch(/secret|parameter"|ada/);
});

describe("every way to ask gives what it gave before, and is counted once:", () => {
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["the pool's promise", async () => (await pool.query("select 1 as n")).rows],
    [
      "the pool's callback",
      () =>
        new Promise((resolve, reject) => {
          pool.query("select 1 as n", (error, result) =>
            error ? reject(error) : resolve(result.rows),
          );
        }),
    ],
    [
      "a client's promise",
      async () => {
        const client = await pool.connect();
        const { rows } = await client.query({ text: "select 1 as n" });
        client.release();
        return rows;
      },
    ],
    [
      "a client's callback",
      async () => {
        const client = await pool.connect();
        const rows = await new Promise((resolve, reject) => {
          client.query("select $1::int as n", [1], (error, result) =>
            error ? reject(error) : resolve(result.rows),
          );
        });
        client.release();
        return rows;
      },
    ],
    [
      "a query object",
      async () => {
        const client = await pool.connect();
        const query = client.query(new pg.Query("select 1 as n"));
        const rows: unknown[] = [];
        query.on("row", (row) => rows.push(row));
        await once(query, "end");
        client.release();
        return rows;
      },
    ],
    [
      "a prepared statement",
      async () =>
        (await pool.query({ name: "one", text: "select $1::int as n", values: [1] })).rows,
    ],
  ];
  test.each(ways)("%s", async (_name, ask) => {
    expect(await inTrace(ask)).toEqual([{ n: 1 }]);
    expect(watched.total(DURATIONS, { db_operation_name: "SELECT", error_type: "" })).toBe(1);
    expect(watched.total(WAITS)).toBe(1);
    expect(spanNames()).toContain("SELECT");
  });
});

test("a refused statement is counted by its SQLSTATE, told as it was, and grouped by who asked", async () => {
  const readOrders = () => pool.query("select * from no_such_table");
  await expect(inTrace(readOrders)).rejects.toMatchObject({ code: "42P01" });
  expect(watched.total(DURATIONS, { error_type: "42P01" })).toBe(1);
  await until(() => watched.failures.groups().length === 1);
  expect(watched.failures.groups()[0]).toMatchObject({ message: 'relation "…" does not exist' });
  expect(watched.tracer.kept()[0]?.spans.some(({ hasFailed }) => hasFailed)).toBe(true);
});

test("a rejection that nobody handles is still nobody's", async () => {
  const seen: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => seen.push(error));
  const client = await pool.connect();
  void client.query("select * from no_such_table");
  await until(() => seen.length === 1);
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  client.release();
});

test("a statement that pg itself refuses to send throws as before", async () => {
  const client = await pool.connect();
  expect(() => client.query(undefined as unknown as string)).toThrow(TypeError);
  client.release();
});

test("waiting for a connection is measured apart from the statement", async () => {
  const held = await Promise.all([pool.connect(), pool.connect()]);
  const waiting = inTrace(() => pool.query("select 1"));
  await until(() => pool.waitingCount === 1);
  expect(watched.total("db_client_connection_pending_requests")).toBe(1);
  expect(watched.total("db_client_connection_count", { db_client_connection_state: "used" })).toBe(
    2,
  );
  expect(watched.total("db_client_connection_max")).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const client of held) client.release();
  await waiting;
  expect(watched.labelsOf(WAITS)).toEqual([{ db_client_connection_pool_name: "shop" }]);
  expect(spanNames()).toEqual(["wait for connection", "SELECT"]);
  const [, wait, statement] = watched.tracer.kept().at(-1)?.spans ?? [];
  expect(wait?.durationMs).toBeGreaterThanOrEqual(15);
  expect(statement?.startMs).toBeGreaterThanOrEqual(
    (wait?.startMs ?? 0) + (wait?.durationMs ?? 0) - 1,
  );
});

test("whoever gets a connection that another request gave back goes on in its own course", async () => {
  const traces = Array.from({ length: 20 }, (_, number) => `request ${number}`);
  await Promise.all(
    traces.map(async (name) => {
      const root = watched.tracer.startTrace(name, "server");
      await watched.tracer.run(root, async () => {
        await pool.query("select pg_sleep(0.001)");
        await new Promise<void>((resolve) => {
          pool.query("select 2", () => {
            watched.tracer.startSpan(`after ${name}`, "internal")?.end();
            resolve();
          });
        });
      });
      root.end();
    }),
  );
  for (const { spans } of watched.tracer.kept()) {
    const statements = spans.filter(({ name }) => name === "SELECT");
    expect(statements).toHaveLength(2);
    expect(spans.at(-1)?.name).toBe(`after ${spans[0]?.name}`);
  }
  expect(watched.tracer.kept()).toHaveLength(20);
});

test("a server that is silent, and one that is gone, are waits that fail", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const far = new pg.Pool({ host: "127.0.0.1", port, connectionTimeoutMillis: 50 });
  await expect(inTrace(() => far.query("select 1"))).rejects.toThrow(/timeout/);
  silent.close();
  await expect(inTrace(() => far.query("select 1"))).rejects.toThrow();
  expect(watched.total(WAITS, { db_client_connection_pool_name: `127.0.0.1:${port}/` })).toBe(2);
  expect(watched.tracer.kept().map(({ spans }) => spans[1]?.hasFailed)).toEqual([true, true]);
  await far.end();
});

test("after stop the classes are as they were", async () => {
  watched.stop();
  expect(Object.hasOwn(pg.Pool.prototype, "connect")).toBe(false);
  expect(pg.Client.prototype.query.name).toBe("query");
  await pool.query("select 1");
  expect(watched.total(DURATIONS)).toBe(0);
});

test("stopping beneath another wrapper leaves that one in place, and counts no more", async () => {
  let calls = 0;
  const unwrap = wrapMethod(pg.Client.prototype, "query", (ours) => {
    return function query(this: unknown, ...values: unknown[]): unknown {
      calls += 1;
      return ours.apply(this, values);
    };
  });
  watched.stop();
  await pool.query("select 1");
  expect(calls).toBe(1);
  expect(watched.total(DURATIONS)).toBe(0);
  unwrap();
});

test("a pool is named by its application, else by where it leads, never by a password", () => {
  expect(poolNameOf({ application_name: "shop", host: "db" })).toBe("shop");
  expect(poolNameOf({ connectionString: "postgres://ada:secret@db:5433/shop?ssl=1" })).toBe(
    "db:5433/shop",
  );
  expect(poolNameOf({ host: "db", database: "shop" })).toBe("db:5432/shop");
  expect(poolNameOf({ connectionString: "not an address secret" })).toBe("localhost:5432/");
});
