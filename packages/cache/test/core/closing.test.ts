import { expect, test, vi } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { Namespace } from "../../src/namespace/namespace.ts";
import { gate, openCache, patiently, playedTier, turn } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";

test("it waits for loads under way, also for those that go on behind a stale answer", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user", {
    ttl: 100,
    jitter: 0,
    staleIfError: "1h",
    softTimeout: 1,
  });
  await users.getOrLoad(1, () => "old");
  clock.advance(200);
  const stop = gate<string>();
  expect(await users.getOrLoad(1, () => stop.promise)).toBe("old");
  let isClosed = false;
  const closing = cache.close().then((report) => {
    isClosed = true;
    return report;
  });
  await turn();
  expect(isClosed).toBe(false);
  stop.open("new");
  expect(await closing).toEqual({ unacknowledged: [] });
});

test("it is safe twice, and during a load, a set and an invalidation", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<string>("user");
  tier.delay = async () => turn();
  const under = [
    users.getOrLoadAsync(1, () => "loaded"),
    users.set(2, "set"),
    users.delete(3),
    users.loadMany([4, 5], (ids) => new Map(ids.map((id) => [id, "many"]))),
  ];
  await turn();
  const [first, second] = await Promise.all([cache.close(), cache.close()]);
  expect(first).toBe(second);
  await Promise.allSettled(under);
  expect(tier.closings).toBe(1);
});

const USES: Readonly<Record<string, (users: Namespace<string>) => unknown>> = {
  "a hit": (users) => users.getOrLoad(1, () => "never"),
  "a miss": (users) => users.getOrLoad(2, () => "never"),
  getOrLoadAsync: (users) => users.getOrLoadAsync(1, () => "never"),
  get: (users) => users.get(1),
  getMany: (users) => users.getMany([1]),
  getBody: (users) => users.getBody(1, () => "never"),
  loadMany: (users) => users.loadMany([1], () => new Map()),
  set: (users) => users.set(1, "never"),
  delete: (users) => users.delete(1),
  added: (users) => users.added([1]),
  has: (users) => users.has(1),
  clear: (users) => users.clear(),
};

test.each(Object.keys(USES))("after the end %s is refused", async (use) => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  await users.set(1, "Ada");
  await cache.close();
  await expect((async () => USES[use]?.(users))()).rejects.toMatchObject({
    code: "SG_CACHE_CLOSED",
  });
  expect(users.peek(1)).toBeUndefined();
});

test("after the end the cache itself is of no use either", async () => {
  const { cache } = openCache();
  await cache.close();
  const closed = { code: "SG_CACHE_CLOSED" };
  await expect(cache.invalidate({ tags: ["team"] })).rejects.toMatchObject(closed);
  await expect(cache.clear()).rejects.toMatchObject(closed);
  await expect(cache.sink.invalidate(["team"])).rejects.toMatchObject(closed);
  expect(() => cache.namespace("new")).toThrow(expect.objectContaining(closed));
  expect(cache.statistics().memory.entries).toBe(0);
});

test("one part that cannot be closed keeps no other open", async () => {
  const tier = await playedTier();
  const bus = new Hub().bus();
  bus.close = () => Promise.reject(new Error("bus stuck"));
  const close = vi.spyOn(tier, "close").mockImplementation(() => {
    throw new Error("tier stuck");
  });
  const edge = { purge: async () => {}, close: vi.fn(async () => {}) };
  const { cache, warnings } = openCache({ tiers: [memoryTier(), tier], bus, edge });
  await cache.ready();
  expect(await cache.close()).toEqual({ unacknowledged: [] });
  expect(edge.close).toHaveBeenCalledTimes(1);
  expect(close).toHaveBeenCalledTimes(1);
  expect(warnings).toEqual([
    "the bus could not be closed: bus stuck",
    "the tier plain could not be closed: tier stuck",
  ]);
});

test("no timer is left", async () => {
  const before = timers();
  const tier = await playedTier();
  const { cache, clock } = openCache({
    tiers: [memoryTier({ maxBytes: "auto" }), tier],
    bus: new Hub().bus(),
    namespaces: {
      user: {
        softTimeout: 5_000,
        staleIfError: "1h",
        ttl: 100,
        jitter: 0,
        knownIds: { source: () => [1] },
      },
    },
  });
  await cache.ready();
  const users = cache.namespace<string>("user");
  await users.getOrLoad(1, () => "Ada");
  clock.advance(200);
  await users.getOrLoad(1, () => "Ada");
  tier.play = { invalidate: "silent" };
  await expect(patiently(clock, users.delete(1))).rejects.toThrow();
  await patiently(clock, cache.close());
  await until(() => timers() <= before);
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}
