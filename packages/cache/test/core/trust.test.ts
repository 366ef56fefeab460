import { expect, test } from "vitest";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, turn, twoPlayedViews } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";

async function openTwo(staleWhileDisconnectedMs = 0) {
  const [near, far] = await twoPlayedViews();
  const hub = new Hub();
  const bus = hub.bus();
  const tiers = [memoryTier({ staleWhileDisconnectedMs }), near];
  const { cache, clock } = openCache({ tiers, bus });
  const other = openCache({ tiers: [memoryTier(), far], bus: hub.bus() }).cache;
  await Promise.all([cache.ready(), other.ready()]);
  return {
    cache,
    other,
    clock,
    bus,
    near,
    users: cache.namespace<string>("user"),
    others: other.namespace<string>("user"),
  };
}

test("memory is not served before the bus is followed, and is after", async () => {
  const bus = new Hub().bus();
  const opening = gate();
  bus.opening = opening.promise;
  const { cache } = openCache({ bus });
  const users = cache.namespace<string>("user");
  await users.getOrLoad(1, () => "first");
  expect(users.peek(1)).toBeUndefined();
  expect(await users.has(1)).toBe(false);
  expect(await users.getOrLoad(1, () => "second")).toBe("second");
  opening.open();
  await cache.ready();
  expect(users.getOrLoad(1, () => "never")).toBe("second");
});

test.each([
  ["rejects", () => Promise.reject(new Error("no server"))],
  [
    "throws",
    () => {
      throw new Error("no server");
    },
  ],
])("a bus that %s at its opening is a warning, and memory is never served", async (_, open) => {
  const bus = new Hub().bus();
  bus.open = open;
  const { cache, warnings } = openCache({ bus });
  await cache.ready();
  const users = cache.namespace<string>("user");
  await users.getOrLoad(1, () => "first");
  expect(await users.getOrLoad(1, () => "second")).toBe("second");
  expect(warnings).toEqual(["the bus cannot be followed: no server"]);
});

test("when trust ends nothing is served from memory, expired or not; when it comes back what is there counts", async () => {
  const { users, clock, bus, near } = await openTwo();
  await users.getOrLoad(1, () => "Ada");
  await turn();
  bus.trust(clock.monotonicMs() + 100);
  clock.advance(99);
  expect(users.getOrLoad(1, () => "never")).toBe("Ada");
  clock.advance(1);
  const reads = near.count("read");
  expect(await users.getOrLoad(1, () => "never")).toBe("Ada");
  expect(await users.getMany([1])).toEqual(new Map([[1, "Ada"]]));
  expect(near.count("read")).toBe(reads + 2);
  bus.trust(clock.monotonicMs() + 100);
  expect(users.getOrLoad(1, () => "never")).toBe("Ada");
});

test("who allows it serves from memory for so long after trust ended", async () => {
  const { users, clock, bus } = await openTwo(500);
  await users.getOrLoad(1, () => "Ada");
  bus.trust(clock.monotonicMs() + 100);
  clock.advance(599);
  expect(users.getOrLoad(1, () => "never")).toBe("Ada");
  clock.advance(1);
  expect(users.getOrLoad(1, () => "never")).toBeInstanceOf(Promise);
});

test.each(["gap", "generation"] as const)(
  "after a %s memory is empty, and what was under way does not come in",
  async (reason) => {
    const { users, bus, cache } = await openTwo();
    await users.getOrLoad(1, () => "old");
    const stop = gate<string>();
    const loading = users.getOrLoad(2, () => stop.promise);
    await turn();
    bus.lose(reason);
    stop.open("old");
    expect(await loading).toBe("old");
    expect([users.peek(1), users.peek(2)]).toEqual([undefined, undefined]);
    expect(cache.statistics().memory.entries).toBe(0);
  },
);

test("a load in another process does not land once the message has come, whichever is first", async () => {
  for (const order of ["message first", "load first"]) {
    const { users, other } = await openTwo();
    const stop = gate<string>();
    const loading = users.getOrLoad(1, () => stop.promise, { tags: ["team"] });
    await turn();
    if (order === "load first") {
      stop.open("old");
      await loading;
    }
    await other.invalidate({ tags: ["team"], everywhere: true });
    stop.open("old");
    expect(await loading).toBe("old");
    expect(users.peek(1)).toBeUndefined();
    expect(await users.getOrLoad(1, () => "new", { tags: ["team"] })).toBe("new");
  }
});
