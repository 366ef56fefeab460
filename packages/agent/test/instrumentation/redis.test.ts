import * as ioredis from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { startWatched, type Watched } from "./watched.ts";

const DURATIONS = "db_client_operation_duration_seconds";

let server: TestRedis;
let watched: Watched;
let client: ioredis.Redis;

beforeAll(async () => {
  server = await startTestRedis({ isOwn: true });
});
afterAll(() => server.stop());

beforeEach(() => {
  watched = startWatched({ httpServer: false, httpClient: false, redis: ioredis });
  client = server.connect();
});
afterEach(() => {
  client.disconnect();
  watched.stop();
});

/** How often each command was counted, those by which the client greets the server left out. */
function counted(errorType = ""): Readonly<Record<string, number>> {
  const names = watched.labelsOf(DURATIONS).map((labels) => labels.db_operation_name ?? "");
  const counts = [...new Set(names)].map((name) => [
    name,
    watched.total(DURATIONS, { db_operation_name: name, error_type: errorType }),
  ]);
  return Object.fromEntries(
    counts.filter(([name, count]) => count !== 0 && !/^(INFO|CLIENT|HELLO)$/.test(String(name))),
  ) as Record<string, number>;
}

test("commands are counted by name, with spans that show neither keys nor values", async () => {
  const root = watched.tracer.startTrace("work", "internal");
  await watched.tracer.run(root, async () => {
    await client.set("secret-key", "secret-value");
    expect(await client.get("secret-key")).toBe("secret-value");
  });
  root.end();
  expect(counted()).toEqual({ SET: 1, GET: 1 });
  const [, ...spans] = watched.tracer.kept().at(-1)?.spans ?? [];
  expect(spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual(
    expect.arrayContaining(["client SET", "client GET"]),
  );
  expect(JSON.stringify(spans)).not.toContain("secret");
});

test("pipelines, transactions and scripts are counted command by command", async () => {
  const answers = await client.pipeline().set("a", 1).get("a").exec();
  expect(answers).toEqual([
    [null, "OK"],
    [null, "1"],
  ]);
  expect(await client.multi().incr("a").exec()).toEqual([[null, 2]]);
  expect(await client.eval("return ARGV[1]", 0, "x")).toBe("x");
  expect(counted()).toEqual({ SET: 1, GET: 1, MULTI: 1, INCR: 1, EXEC: 1, EVAL: 1 });
});

test("a command that the server refuses is told as it was, counted and grouped", async () => {
  await client.set("text", "x");
  await expect(client.incr("text")).rejects.toThrow(/not an integer/);
  expect(counted("ReplyError")).toEqual({ INCR: 1 });
  await until(() => watched.failures.groups().length === 1);
});

test("a rejection that nobody handles is still nobody's", async () => {
  const seen: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => seen.push(error));
  await client.set("text", "x");
  void client.incr("text");
  await until(() => seen.length === 1);
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
});

test("a command that waits for the server to come back is one call, as long as its caller waited", async () => {
  await client.ping();
  await server.kill();
  const waiting = client.set("a", "1");
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.restart();
  expect(await waiting).toBe("OK");
  expect(counted()).toMatchObject({ SET: 1 });
  const family = watched.registry.collect().find(({ name }) => name === DURATIONS);
  const set = family?.series.find(({ labels }) => labels.db_operation_name === "SET");
  expect(set !== undefined && "histogram" in set && set.histogram.max).toBeGreaterThan(0.04);
});

test("names without end share one past the limit", async () => {
  for (let number = 0; number < 600; number += 1) {
    await client.call(`NOSUCH${number}`).catch(() => undefined);
  }
  expect(counted("ReplyError").OTHER).toBeGreaterThan(90);
});

test("after stop the class is as it was", async () => {
  watched.stop();
  await client.ping();
  expect(watched.total(DURATIONS)).toBe(0);
});
