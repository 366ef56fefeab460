import { seededRandom, systemClock } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { ServerClock } from "../../src/redis/server-clock.ts";
import { RedisSession } from "../../src/redis/session.ts";
import { Connections } from "./clients.ts";

let server: TestRedis;
let proxy: ChaosProxy;
const connections = new Connections();
const keys = redisKeys("session");
beforeAll(async () => {
  server = await startTestRedis({ isOwn: true });
  proxy = await startChaosProxy(server.port);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
afterEach(async () => {
  await connections.close();
  await server.flush();
});

function newSession(port: number = server.port, verifiedForMs = 600_000): RedisSession {
  const client = connections.client(port);
  return new RedisSession({ client, keys, clock: systemClock, verifiedForMs });
}

test("two sessions on one server agree on the generation", async () => {
  const [one, two] = [newSession(), newSession()];
  const first = await one.verify();
  expect(one.verified).toMatchObject(first);
  expect((await two.verify()).generation).toBe(first.generation);
  expect(first.generation).toMatch(/^[\w-]{12}$/);
});

test("a seed makes generations repeatable", async () => {
  const generations = [];
  for (let round = 0; round < 2; round += 1) {
    const client = connections.client(server.port);
    const random = seededRandom(7);
    const session = new RedisSession({ client, keys, clock: systemClock, random });
    generations.push((await session.verify()).generation);
    await server.flush();
  }
  expect(generations[0]).toBe(generations[1]);
});

test("callers at the same time share one verification", async () => {
  const session = newSession();
  expect(session.verify()).toBe(session.verify());
  const [one, two] = await Promise.all([session.verify(), session.verify()]);
  expect(one).toBe(two);
});

test("after a doubt the next operation verifies first", async () => {
  const session = newSession();
  const { generation } = await session.verify();
  session.doubt();
  expect(session.verified).toBeUndefined();
  expect(await session.run(async (verified) => verified.generation)).toBe(generation);
  expect(session.verified).toBeDefined();
});

test("a lost connection is a doubt", async () => {
  const session = newSession(proxy.port);
  await session.verify();
  proxy.cut();
  await until(() => session.verified === undefined);
  expect((await session.verify()).serverId).toMatch(/^\w{40}$/);
});

test("a restarted server has another generation", async () => {
  const session = newSession();
  const before = await session.verify();
  await server.restart();
  await until(() => session.verified === undefined);
  const after = await session.verify();
  expect(after.generation).not.toBe(before.generation);
  expect(after.serverId).not.toBe(before.serverId);
});

test("an operation is run again when a doubt came up meanwhile, and given up after three attempts", async () => {
  const session = newSession();
  let runs = 0;
  const result = session.run(async () => {
    runs += 1;
    if (runs < 3) session.doubt();
    return runs;
  });
  expect(await result).toBe(3);
  await expect(
    session.run(async () => {
      session.doubt();
      return 1;
    }),
  ).rejects.toMatchObject({ code: "SG_CACHE_REDIS_IN_DOUBT" });
  await expect(session.run(async () => undefined)).rejects.toMatchObject({
    code: "SG_CACHE_REDIS_IN_DOUBT",
  });
});

test("a verification lapses, and renews itself before it does while it is used", async () => {
  const session = newSession(server.port, 100);
  await session.verify();
  const { doubts } = session;
  let lapses = 0;
  const end = performance.now() + 400;
  while (performance.now() < end) {
    if (session.verified === undefined) lapses += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(lapses).toBeLessThan(10);
  expect(session.doubts).toBe(doubts);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(session.verified).toBeUndefined();
});

test("a renewal that finds another generation is a doubt for what is under way", async () => {
  const session = newSession();
  await session.verify();
  const { doubts } = session;
  await server.flush();
  await session.verify();
  expect(session.doubts).toBe(doubts + 1);
  expect(session.verified).toBeDefined();
});

test("a closed session runs nothing and leaves the client without listeners", async () => {
  const client = connections.client(server.port);
  const session = new RedisSession({ client, keys, clock: systemClock });
  await session.verify();
  session.close();
  await expect(session.run(async () => 1)).rejects.toMatchObject({
    code: "SG_CACHE_REDIS_CLOSED",
  });
  expect(Reflect.get(client, "listenerCount")?.call(client, "close")).toBe(0);
});

test("the server's clock is read through the monotonic one", async () => {
  const session = newSession();
  await session.verify();
  const [seconds, micros] = (await server.connect().time()).map(Number);
  const serverMs = (seconds ?? 0) * 1_000 + (micros ?? 0) / 1_000;
  expect(Math.abs(session.serverNowMs() - serverMs)).toBeLessThan(1_000);
});

test("of several readings of a clock the quickest counts, until the clock is set or the reading is old", () => {
  const clock = new ServerClock();
  clock.heard(1_000_005, 0, 10);
  expect(clock.at(0)).toBe(1_000_000);
  clock.heard(1_000_101, 100, 120);
  expect(clock.at(0)).toBe(1_000_000);
  clock.heard(1_000_201.2, 200, 202);
  expect(clock.at(0)).toBeCloseTo(1_000_000.2);
  clock.heard(2_000_310, 300, 320);
  expect(clock.at(0)).toBe(2_000_000);
  clock.heard(2_070_000, 69_980, 70_000);
  expect(clock.at(0)).toBe(2_000_010);
});
