import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { CHANNELS, type Finding, type PostgresBudget, systemClock } from "@streamgate/core";
import fastify from "fastify";
import knex from "knex";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { openTracedShop, type TracedShop } from "./traced-shop.ts";

let shop: TracedShop;

beforeAll(async () => {
  shop = await openTracedShop();
});
afterEach(() => shop.stop());
afterAll(() => shop.close());

const nameOf = (id: number) => shop.pool.query("select name from users where id = $1", [id]);

test("what node:http serves are requests, named by their paths without ids", async () => {
  shop.trace();
  const server = createServer((_request, response) => {
    void nameOf(1)
      .then(() => nameOf(2))
      .then(() => response.end("fine"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [response] = await once(get({ port, path: "/users/42/orders?since=1" }), "response");
  response.resume();
  await until(() => shop.requests.length === 1);
  server.close();
  expect(shop.requests[0]).toMatchObject({ name: "GET /users/:id/orders" });
  expect(shop.requests[0]?.statements).toHaveLength(2);
});

test("Fastify's requests have the names of their routes, served and injected, at once and each for itself", async () => {
  shop.trace();
  const app = fastify();
  app.get("/users/:id", async (request) => {
    const { id } = request.params as { readonly id: string };
    return (await nameOf(Number(id))).rows[0];
  });
  await Promise.all([app.inject("/users/1"), app.inject("/users/2")]);
  await until(() => shop.requests.length === 2);
  await fetch(`${await app.listen({ port: 0, host: "127.0.0.1" })}/users/3`);
  await until(() => shop.requests.length === 3);
  await app.close();
  expect(shop.requests.map(({ name, statements }) => [name, statements[0]?.parameters])).toEqual([
    ["GET /users/:id", ["1"].map(Number)],
    ["GET /users/:id", [2]],
    ["GET /users/:id", [3]],
  ]);
});

test("so many requests a second are traced, and those around them are not mixed into them", async () => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const tracing = shop.trace({ requestsPerSecond: 3, clock });
  const ask = (id: number) =>
    tracing.runRequest(`request ${id}`, async () => {
      await nameOf(id);
      await nameOf(id + 1);
    });
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(ask));
  nowMs += 1_000;
  await Promise.all([9, 10, 11, 12].map(ask));
  expect(shop.requests.map(({ name }) => name).sort()).toEqual(
    [1, 2, 3, 9, 10, 11].map((id) => `request ${id}`).sort(),
  );
  for (const { name, statements } of shop.requests) {
    const id = Number(name.split(" ")[1]);
    expect(statements.map(({ parameters }) => parameters[0])).toEqual([id, id + 1]);
  }
});

test("a query builder that asks when it is awaited asks in the request that it was made in", async () => {
  const tracing = shop.trace();
  const builder = knex({ client: "pg", connection: shop.postgres.url(), pool: { min: 0, max: 1 } });
  const rows = await tracing.runRequest("builder", () => builder("users").where({ id: 3 }));
  await builder.destroy();
  expect(rows).toMatchObject([{ name: "user 3" }]);
  expect(shop.requests[0]?.statements.at(-1)).toMatchObject({ parameters: [3] });
});

test("the value and the error of a request are handed on as they are", async () => {
  const tracing = shop.trace();
  expect(tracing.runRequest("sync", () => 7)).toBe(7);
  const error = new Error("mine");
  expect(() =>
    tracing.runRequest("throws", () => {
      throw error;
    }),
  ).toThrow(error);
  await expect(tracing.runRequest("rejects", () => Promise.reject(error))).rejects.toBe(error);
});

test("a program that writes stacks in its own way is traced all the same", async () => {
  const tracing = shop.trace({ callSites: "every-call" });
  const own = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  try {
    for (const write of [() => [], () => undefined]) {
      Error.prepareStackTrace = write;
      await tracing.runRequest("own stacks", () => nameOf(1));
    }
  } finally {
    if (own === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", own);
  }
  expect(shop.requests.map(({ statements }) => statements[0]?.stack)).toEqual([[], []]);
});

test("more statements than are kept are counted", async () => {
  const tracing = shop.trace({ maxStatementsPerRequest: 3 });
  await tracing.runRequest("many", async () => {
    for (const id of [1, 2, 3, 4, 5]) await nameOf(id);
  });
  expect(shop.requests[0]).toMatchObject({ omitted: 2 });
  expect(shop.requests[0]?.statements).toHaveLength(3);
});

test("a budget that is exceeded warns by channel and callback", async () => {
  const heard: unknown[] = [];
  const told: PostgresBudget[] = [];
  const onMessage = (message: unknown): void => void heard.push(message);
  subscribe(CHANNELS.postgresBudget, onMessage);
  const tracing = shop.trace({
    budgets: { "GET /a": { maxStatements: 1 }, "*": { maxStatements: 10 } },
    onBudget: (excess) => void told.push(excess),
  });
  const twice = async () => {
    await nameOf(1);
    await nameOf(2);
  };
  await tracing.runRequest("GET /a", twice);
  await tracing.runRequest("GET /b", twice);
  unsubscribe(CHANNELS.postgresBudget, onMessage);
  expect(told).toMatchObject([{ request: "GET /a", statements: 2, maxStatements: 1 }]);
  expect(heard).toEqual(told);
});

test("a budget that must be kept fails the request with the statements that took it", async () => {
  const tracing = shop.trace({ overBudget: "fail", budgets: { "*": { maxStatements: 2 } } });
  const readUsers = async (): Promise<void> => {
    for (const id of [1, 2, 3]) await nameOf(id);
  };
  await expect(tracing.runRequest("GET /users", readUsers)).rejects.toThrow(
    /GET \/users within its budget: 3 statements where 2 are allowed:\n {2}3× [\d.]+ ms {2}select name from users where id = \?\n {7}at nameOf \(/,
  );
  expect(() => tracing.assertBudgets()).toThrow(/3 statements where 2 are allowed/);
  expect(() => tracing.assertBudgets()).not.toThrow();
  const own = new Error("mine");
  await expect(
    tracing.runRequest("GET /users", async () => {
      await readUsers();
      throw own;
    }),
  ).rejects.toBe(own);
});

test("time in the database has a budget too", async () => {
  const tracing = shop.trace({ overBudget: "fail", budgets: { "*": { maxDatabaseMs: 20 } } });
  await expect(
    tracing.runRequest("slow", () => shop.pool.query("select pg_sleep(0.05)")),
  ).rejects.toThrow(/ms of database where 20 ms are allowed/);
});

test("statements and requests are published without their parameters", async () => {
  const statements: unknown[] = [];
  const requests: unknown[] = [];
  const onStatement = (message: unknown): void => void statements.push(message);
  const onRequest = (message: unknown): void => void requests.push(message);
  subscribe(CHANNELS.postgresStatement, onStatement);
  subscribe(CHANNELS.postgresRequest, onRequest);
  const tracing = shop.trace();
  await tracing.runRequest("GET /a", async () => {
    await shop.pool.query("select name from users where name = 'secret' and id = $1", [1]);
    await shop.pool.query("select 1 / 0").catch(() => undefined);
  });
  unsubscribe(CHANNELS.postgresStatement, onStatement);
  unsubscribe(CHANNELS.postgresRequest, onRequest);
  expect(statements).toMatchObject([
    { request: "GET /a", text: "select name from users where name = ? and id = ?", rows: 0 },
    { error: "22012" },
  ]);
  expect(JSON.stringify(statements)).not.toContain("secret");
  expect(requests).toMatchObject([{ request: "GET /a", statements: 2 }]);
});

test("a finding is told once, however often its request comes", async () => {
  const findings: Finding[] = [];
  const tracing = shop.trace({ onFinding: (finding) => void findings.push(finding) });
  const readUsers = async (): Promise<void> => {
    for (const id of [1, 2, 3, 4, 5, 6]) await nameOf(id);
  };
  for (let time = 0; time < 5; time += 1) await tracing.runRequest("GET /users", readUsers);
  expect(findings).toMatchObject([{ kind: "query/n-plus-one", subject: { object: "GET /users" } }]);
  expect(findings[0]?.summary).toMatch(
    /asked at nameOf \(.*requests\.test\.ts:\d+:\d+\), called from/,
  );
});

test("a result that grows over many requests is told too", async () => {
  const findings: Finding[] = [];
  const tracing = shop.trace({
    findingsOneIn: 1,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    onFinding: (finding) => void findings.push(finding),
  });
  await shop.pool.query("create table log (id int); insert into log select generate_series(1, 60)");
  for (let time = 0; time < 200; time += 1) {
    await shop.pool.query("insert into log values (1)");
    await tracing.runRequest("GET /log", () => shop.pool.query("select id from log"));
  }
  expect(findings).toMatchObject([{ kind: "query/unbounded" }]);
});

test("a listener that fails is a warning, not the request's matter", async () => {
  const tracing = shop.trace({
    onRequest: () => {
      throw new Error("listener");
    },
  });
  const warned = once(process, "warning");
  await expect(tracing.runRequest("request", () => nameOf(1))).resolves.toMatchObject({
    rowCount: 1,
  });
  expect(String((await warned)[0])).toContain("listener");
});

test("columns that nobody looks at are known, and rows are what they were", async () => {
  const tracing = shop.trace({ columnReadsOneIn: 1 });
  const plain = (await shop.pool.query("select * from users order by id limit 30")).rows;
  let rows: { name: string; age: number }[] = [];
  await tracing.runRequest("GET /users", async () => {
    rows = (await shop.pool.query("select * from users order by id limit 30")).rows;
    for (const row of rows) {
      row.name.toUpperCase();
      row.age = 7;
    }
  });
  expect(shop.requests[0]?.statements[0]?.columns).toEqual({
    all: ["id", "name", "email", "bio", "age"],
    read: ["name"],
    unreadShare: expect.closeTo(0.83, 1),
  });
  expect(rows).toEqual(plain.map((row) => ({ ...row, age: 7 })));
  expect(JSON.parse(JSON.stringify(rows))).toEqual(plain.map((row) => ({ ...row, age: 7 })));
  expect(structuredClone(rows[0])).toEqual({ ...plain[0], age: 7 });
});

test("the first results of a statement that have rows are watched, whichever request is the one of many", async () => {
  const tracing = shop.trace({ columnReadsOneIn: 1_000 });
  const ask = (age: number): Promise<unknown> =>
    tracing.runRequest("GET /ages", async () => {
      const { rows } = await shop.pool.query("select * from users where age = $1 or id < 3", [age]);
      for (const row of rows) row.name.toUpperCase();
    });
  for (const age of [-1, -2, -3, -4, -5]) await ask(age);
  const watched = shop.requests.map(({ statements }) => statements[0]?.columns?.read);
  expect(watched).toEqual([["name"], ["name"], ["name"], undefined, undefined]);
});

test("an option that cannot be is refused by its name", () => {
  expect(() => shop.trace({ requestsPerSecond: 0 })).toThrow(/requestsPerSecond = 0/);
  expect(() => shop.trace({ callSites: "some" as "none" })).toThrow(/callSites = some/);
  expect(() => shop.trace({ budgets: { a: { maxStatements: -1 } } })).toThrow(/budgets\["a"\]/);
});
