import { systemClock } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";
import { type Cache, createCache } from "../../src/cache.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { Connections } from "../redis/clients.ts";
import { collect, stream } from "./support/collect.ts";

const EXACT = { ttl: 600_000, jitter: 0, refreshAhead: 0 } as const;
const IDS = Array.from({ length: 500 }, (_, id) => id);

let server: TestRedis;
const connections = new Connections();
const open: Cache[] = [];
beforeAll(async () => {
  server = await startTestRedis({ isOwn: true });
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
  await connections.close();
  await server.flush();
});

function openOnRedis(): Cache {
  const client = connections.client(server.port);
  const cache = createCache({
    tiers: [memoryTier(), connections.tier(client, { clock: systemClock })],
    bus: redisBus({ client: connections.client(server.port), prefix: "test" }),
    tierTimeout: 1_000,
  });
  open.push(cache);
  return cache;
}

async function leftSnapshot(): Promise<Buffer> {
  const cache = openOnRedis();
  await cache.ready();
  const users = cache.namespace<string>("user", EXACT);
  await users.warm(IDS, (id) => `user ${id}`, { perSecond: 100_000, concurrency: 50 });
  const snapshot = await collect(cache.snapshot());
  await cache.close();
  return snapshot;
}

test("values come back from Redis, but those that were invalidated meanwhile", async () => {
  const snapshot = await leftSnapshot();
  const other = openOnRedis();
  other.namespace("user", EXACT);
  await other.invalidate({ keys: ["user:3", "user:44"] });
  const cache = openOnRedis();
  const users = cache.namespace<string>("user", EXACT);
  const report = await cache.restore(stream(snapshot));
  expect(report).toMatchObject({ restored: 498, leftOut: { gone: 2 }, ended: "complete" });
  for (const id of IDS) {
    expect(users.peek(id)).toBe(id === 3 || id === 44 ? undefined : `user ${id}`);
  }
  await other.invalidate({ keys: ["user:5"], everywhere: true });
  expect(users.peek(5)).toBeUndefined();
});

test("a Redis that lost everything gives nothing, and a warm-up finds in it what another brought", async () => {
  const snapshot = await leftSnapshot();
  await server.flush();
  const cache = openOnRedis();
  const users = cache.namespace<string>("user", EXACT);
  expect(await cache.restore(stream(snapshot))).toMatchObject({
    restored: 0,
    leftOut: { gone: 500 },
  });
  expect(users.peek(1)).toBeUndefined();
  const first = await users.warm([1, 2], () => "anew");
  expect(first).toMatchObject({ loaded: 2 });
  const other = openOnRedis();
  await other.ready();
  const again = await other.namespace<string>("user", EXACT).warm([1, 2], () => "never");
  expect(again).toMatchObject({ loaded: 0, alreadyThere: 2 });
});
