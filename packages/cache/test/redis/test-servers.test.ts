import { afterEach, expect, test } from "vitest";
import { startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import {
  startTestRedis,
  startTestRedisCluster,
  startTestSentinel,
} from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";

const open: { stop(): Promise<void> }[] = [];
function closeLater<T extends { stop(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

const PATIENT = { maxRetriesPerRequest: null } as const;
const HASTY = { maxRetriesPerRequest: 0, retryStrategy: () => null } as const;

test("a test server forgets all in a restart and keeps its port", async () => {
  const server = closeLater(await startTestRedis({ isOwn: true }));
  const client = server.connect(PATIENT);
  await client.set("a", "1");
  const { pid } = server;
  await server.restart();
  expect(await client.get("a")).toBeNull();
  expect(server.pid).not.toBe(pid);
});

test("a paused server is silent and answers once it is resumed", async () => {
  const server = closeLater(await startTestRedis({ isOwn: true }));
  const client = server.connect();
  await client.ping();
  server.pause();
  let isAnswered = false;
  const answer = client.ping().then(() => {
    isAnswered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(isAnswered).toBe(false);
  server.resume();
  await answer;
});

test("a replica follows its master", async () => {
  const master = closeLater(await startTestRedis({ isOwn: true }));
  const replica = closeLater(await startTestRedis({ replicaOf: master }));
  await master.connect().set("a", "1");
  const client = replica.connect();
  await until(async () => (await client.get("a")) === "1");
});

test("a cluster of three masters serves every slot", async () => {
  const cluster = closeLater(await startTestRedisCluster({ masters: 3 }));
  const client = cluster.connect();
  for (const key of ["a", "b", "c", "d", "e", "f"]) await client.set(key, key);
  const masters = await Promise.all(["a", "b", "c"].map((key) => cluster.masterOf(key)));
  expect(new Set(masters.map(({ port }) => port)).size).toBe(3);
});

test("Sentinels promote the replica when the master dies", async () => {
  const sentinel = closeLater(await startTestSentinel());
  const client = sentinel.connect(PATIENT);
  await client.set("a", "1");
  await sentinel.master.kill();
  await until(async () => (await sentinel.masterPort()) === sentinel.replica.port);
  await client.set("a", "2");
  expect(await sentinel.replica.connect().get("a")).toBe("2");
});

test("a proxy passes, delays and holds in order", async () => {
  const server = closeLater(await startTestRedis());
  const proxy = closeLater(await startChaosProxy(server.port));
  const client = server.connect({ port: proxy.port });
  expect(await client.ping()).toBe("PONG");
  proxy.delay(40);
  const begun = performance.now();
  await client.ping();
  expect(performance.now() - begun).toBeGreaterThan(75);
  proxy.stall();
  const held = ["1", "2", "3"].map((text) => client.echo(text));
  await new Promise((resolve) => setTimeout(resolve, 30));
  proxy.pass();
  expect(await Promise.all([...held, client.echo("4")])).toEqual(["1", "2", "3", "4"]);
});

test("a proxy that swallows stays silent, and new connections work afterwards", async () => {
  const server = closeLater(await startTestRedis());
  const proxy = closeLater(await startChaosProxy(server.port));
  const client = server.connect({ port: proxy.port, commandTimeout: 60 });
  await client.ping();
  proxy.blackhole();
  await expect(client.ping()).rejects.toThrow("timed out");
  proxy.pass();
  await expect(client.ping()).rejects.toThrow("timed out");
  expect(await server.connect({ port: proxy.port }).ping()).toBe("PONG");
});

test("a proxy drops replies while commands arrive", async () => {
  const server = closeLater(await startTestRedis());
  const proxy = closeLater(await startChaosProxy(server.port));
  const client = server.connect({ port: proxy.port, commandTimeout: 60 });
  await client.ping();
  proxy.drop("client");
  await expect(client.set("dropped", "1")).rejects.toThrow("timed out");
  expect(await server.connect().get("dropped")).toBe("1");
});

test("a proxy refuses, cuts and leads elsewhere", async () => {
  const one = closeLater(await startTestRedis({ isOwn: true }));
  const two = closeLater(await startTestRedis({ isOwn: true }));
  const proxy = closeLater(await startChaosProxy(one.port));
  const client = one.connect({ ...PATIENT, port: proxy.port });
  await client.set("a", "one");
  await proxy.refuse();
  expect(proxy.connections).toBe(0);
  await expect(one.connect({ ...HASTY, port: proxy.port }).ping()).rejects.toThrow();
  proxy.pass();
  expect(await client.get("a")).toBe("one");
  proxy.retarget(two.port);
  expect(await client.get("a")).toBe("one");
  proxy.cut();
  await until(async () => (await client.get("a")) === null);
});
