import { once } from "node:events";
import { startInstrumentation } from "@streamgate/agent";
import { createRegistry } from "@streamgate/telemetry";
import { createTracer } from "@streamgate/telemetry/tracing";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { StatementTracing, TracedStatement } from "../../src/index.ts";
import { openTracedShop, type TracedShop } from "./traced-shop.ts";

let shop: TracedShop;
let tracing: StatementTracing;

beforeAll(async () => {
  shop = await openTracedShop();
});
afterEach(() => shop.stop());
afterAll(() => shop.close());

/** The statements of the only request. */
async function traced(work: () => Promise<unknown>): Promise<readonly TracedStatement[]> {
  await tracing.runRequest("request", work);
  return shop.requests.at(-1)?.statements ?? [];
}

describe("every way to ask gives what it gave before, and is traced once:", () => {
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["the pool's promise", async () => (await shop.pool.query("select 1 as n")).rows],
    [
      "the pool's callback",
      () =>
        new Promise((resolve, reject) => {
          shop.pool.query("select 1 as n", (error, { rows }) =>
            error ? reject(error) : resolve(rows),
          );
        }),
    ],
    [
      "a client's promise",
      () => withClient(async (client) => (await client.query({ text: "select 1 as n" })).rows),
    ],
    [
      "a client's callback with parameters",
      () =>
        withClient(
          (client) =>
            new Promise((resolve, reject) => {
              client.query("select $1::int as n", [1], (error, { rows }) =>
                error ? reject(error) : resolve(rows),
              );
            }),
        ),
    ],
    [
      "a callback in the configuration",
      () =>
        withClient(
          (client) =>
            new Promise((resolve) => {
              const config = {
                text: "select 1 as n",
                callback: (_error: unknown, { rows }: pg.QueryResult) => resolve(rows),
              };
              void client.query(config as unknown as string);
            }),
        ),
    ],
    [
      "a query that can be submitted",
      () =>
        withClient(async (client) => {
          const query = client.query(new pg.Query("select 1 as n"));
          const rows: unknown[] = [];
          query.on("row", (row) => rows.push(row));
          await once(query, "end");
          return rows;
        }),
    ],
    [
      "a submitted query with a callback",
      () =>
        withClient(
          (client) =>
            new Promise((resolve) => {
              const done = (_error: unknown, { rows }: pg.QueryResult): void => resolve(rows);
              client.query(new pg.Query("select 1 as n", [], done as never));
            }),
        ),
    ],
    [
      "a prepared statement",
      async () =>
        (await shop.pool.query({ name: "n", text: "select $1::int as n", values: [1] })).rows,
    ],
  ];
  test.each(ways)("%s", async (_name, ask) => {
    const plain = await ask();
    tracing = shop.trace();
    let rows: unknown;
    const statements = await traced(async () => {
      rows = await ask();
    });
    expect(rows).toEqual(plain);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ connection: 1, error: undefined });
    expect(statements[0]?.endMs).toBeGreaterThan(statements[0]?.startMs ?? 0);
  });
});

async function withClient<Result>(
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await shop.pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

test("begin and commit are seen, on the connection of what stands between", async () => {
  tracing = shop.trace();
  const statements = await traced(() =>
    withClient(async (client) => {
      await client.query("begin");
      await client.query("select name from users where id = $1", [3]);
      await shop.pool.query("select 1");
      await client.query("commit");
    }),
  );
  expect(statements.map(({ sql, connection }) => [sql, connection])).toEqual([
    ["begin", 1],
    ["select name from users where id = $1", 1],
    ["select 1", 2],
    ["commit", 1],
  ]);
  expect(statements[1]).toMatchObject({ parameters: [3], rows: 1 });
});

test("an error is the driver's own, with its code and the stack of whoever asked", async () => {
  tracing = shop.trace();
  const readOrders = async (): Promise<unknown> =>
    await shop.pool.query("select * from no_such_table");
  const error: unknown = await tracing
    .runRequest("failing", () => readOrders())
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(pg.DatabaseError);
  expect(error).toMatchObject({ code: "42P01" });
  expect((error as Error).stack).toContain("readOrders");
  expect(shop.requests[0]?.statements[0]).toMatchObject({ error: "42P01", rows: undefined });
});

test("a statement that is cancelled ends with its SQLSTATE", async () => {
  tracing = shop.trace();
  const statements = await traced(() =>
    withClient(async (client) => {
      const { rows } = await client.query("select pg_backend_pid() as pid");
      const sleeping = client.query("select pg_sleep(60)").catch(({ code }) => code);
      await until(async () => {
        const [row] = await shop.postgres.query<{ done: boolean }>(
          "select pg_cancel_backend($1) as done from pg_stat_activity where pid = $1 and query ~ 'pg_sleep'",
          [rows[0].pid],
        );
        return row?.done === true;
      });
      expect(await sleeping).toBe("57014");
    }),
  );
  expect(statements[1]).toMatchObject({ error: "57014" });
});

test("what the driver refuses at once throws as before", async () => {
  tracing = shop.trace();
  await tracing.runRequest("refused", () =>
    withClient(async (client) => {
      expect(() => client.query(undefined as unknown as string)).toThrow(TypeError);
    }),
  );
});

test("a rejection that nobody handles is still nobody's", async () => {
  tracing = shop.trace();
  const seen: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => seen.push(error));
  await tracing.runRequest("unhandled", () =>
    withClient(async (client) => {
      void client.query("select * from no_such_table");
      await until(() => seen.length === 1);
    }),
  );
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
});

test("requests that share a full pool keep their own statements, by promises and by callbacks", async () => {
  tracing = shop.trace();
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      tracing.runRequest(`request ${number}`, async () => {
        await shop.pool.query("select pg_sleep(0.001), $1::int", [number]);
        await new Promise<void>((resolve, reject) => {
          shop.pool.query("select $1::int", [number], (error) => {
            if (error) reject(error);
            shop.pool.query("select $1::int + 1", [number]).then(() => resolve(), reject);
          });
        });
      }),
    ),
  );
  expect(shop.requests).toHaveLength(20);
  for (const { name, statements } of shop.requests) {
    expect(statements.map(({ parameters }) => `request ${String(parameters[0])}`)).toEqual([
      name,
      name,
      name,
    ]);
  }
});

test("what waits for a connection is told apart from what runs", async () => {
  tracing = shop.trace();
  const held = [await shop.pool.connect(), await shop.pool.connect()];
  const statements = traced(() => shop.pool.query("select 1"));
  await until(() => shop.pool.waitingCount === 1);
  await new Promise((resolve) => setTimeout(resolve, 15));
  for (const client of held) client.release();
  const [statement] = await statements;
  expect((statement?.startMs ?? 0) - (statement?.issuedMs ?? 0)).toBeGreaterThan(5);
});

test("parameters are those of the call, though the program uses one array for all of them", async () => {
  tracing = shop.trace();
  const values = [0];
  const statements = await traced(async () => {
    for (const id of [1, 2, 3]) {
      values[0] = id;
      await shop.pool.query("select name from users where id = $1", values);
    }
  });
  expect(statements.map(({ parameters }) => parameters[0])).toEqual([1, 2, 3]);
});

test("outside of requests nothing is traced, and after stop the classes are as they were", async () => {
  const before = Object.getOwnPropertyNames(pg.Pool.prototype);
  const queryNow = (): unknown => Reflect.get(pg.Client.prototype, "query");
  const query = queryNow();
  tracing = shop.trace();
  expect(queryNow()).not.toBe(query);
  await shop.pool.query("select 1");
  tracing.stop();
  expect(queryNow()).toBe(query);
  expect(Object.getOwnPropertyNames(pg.Pool.prototype)).toEqual(before);
  await tracing.runRequest("after stop", () => shop.pool.query("select 1"));
  expect(shop.requests).toEqual([]);
});

describe("beside the agent's instrumentation both see every statement, whichever came first and whichever leaves first:", () => {
  test.each([
    ["tracer", "agent"],
    ["agent", "tracer"],
  ])("%s first", async (first) => {
    const registry = createRegistry();
    const startAgent = () =>
      startInstrumentation({
        registry,
        tracer: createTracer(),
        httpServer: false,
        httpClient: false,
        postgres: pg,
      });
    const early = first === "agent" ? startAgent() : undefined;
    tracing = shop.trace({ http: false });
    const agent = early ?? startAgent();
    const statements = await traced(async () => {
      await shop.pool.query("select 1");
      await withClient((client) => client.query("select 2"));
    });
    expect(statements.map(({ sql }) => sql)).toEqual(["select 1", "select 2"]);
    const counted = registry
      .collect()
      .find(({ name }) => name === "db_client_operation_duration_seconds")?.series[0];
    expect(counted !== undefined && "histogram" in counted && counted.histogram.count).toBe(2);
    if (first === "agent") agent.stop();
    shop.stop();
    if (first !== "agent") agent.stop();
    expect((await shop.pool.query("select 3 as n")).rows).toEqual([{ n: 3 }]);
  });
});
