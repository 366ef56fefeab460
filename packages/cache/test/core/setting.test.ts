import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, playedTier, turn, twoPlayedViews } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";

test("a value that is set is in memory and in the shared tier, under its tags", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<string>("user");
  await users.set(1, "Ada", { tags: ["team"] });
  expect(users.peek(1)).toBe("Ada");
  expect(tier.fills).toMatchObject([{ key: "user:1", tags: ["#user:1", "@user", "team"] }]);
  expect(tier.outcomes).toEqual(["stored"]);
  await cache.invalidate({ tags: ["team"] });
  expect(await users.get(1)).toBeUndefined();
});

test("another process sees what was set in the place of what it held", async () => {
  const [near, far] = await twoPlayedViews();
  const hub = new Hub();
  const here = openCache({ tiers: [memoryTier(), near], bus: hub.bus() }).cache;
  const there = openCache({ tiers: [memoryTier(), far], bus: hub.bus() }).cache;
  await Promise.all([here.ready(), there.ready()]);
  await here.namespace<string>("user").set(1, "old");
  expect(await there.namespace<string>("user").getOrLoad(1, () => "never")).toBe("old");
  await here.namespace<string>("user").set(1, "new");
  await until(() => there.namespace("user").peek(1) === undefined);
  expect(await there.namespace<string>("user").getOrLoad(1, () => "never")).toBe("new");
});

test("a load under way does not replace what is set", async () => {
  const users = openCache().cache.namespace<string>("user");
  const stop = gate<string>();
  const loading = users.getOrLoad(1, () => stop.promise);
  await users.set(1, "set");
  stop.open("loaded before");
  expect(await loading).toBe("loaded before");
  expect(users.peek(1)).toBe("set");
});

test("what is invalidated while it is being set is not kept", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<string>("user");
  const stop = gate();
  tier.delay = (label) => (label === "fill goes" ? stop.promise : Promise.resolve());
  const setting = users.set(1, "old", { tags: ["team"] });
  await until(() => tier.count("fill") === 1);
  await cache.invalidate({ tags: ["team"] });
  stop.open();
  await setting;
  expect(users.peek(1)).toBeUndefined();
  expect(tier.outcomes).toEqual(["superseded"]);
});

test("of two values that are set at once memory keeps the one that the shared tier keeps", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<string>("user");
  const stop = gate();
  let fills = 0;
  tier.delay = (label) => {
    if (label !== "fill comes back") return Promise.resolve();
    fills += 1;
    // The first is stored first and hears of it last.
    return fills === 1 ? stop.promise : Promise.resolve();
  };
  const first = users.set(1, "first");
  const second = users.set(1, "second");
  await second;
  stop.open();
  await first;
  const stored = await openCache({ tiers: [tier] })
    .cache.namespace<string>("user")
    .get(1);
  expect([undefined, stored]).toContain(users.peek(1));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("%s is no time to live", async (ttlMs) => {
  const users = openCache().cache.namespace<string>("user");
  const refused = { code: "SG_CACHE_BAD_OPTION", message: expect.stringContaining("ttlMs") };
  await expect(users.set(1, "Ada", { ttlMs })).rejects.toMatchObject(refused);
});

test("a time to live of its own counts", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user");
  await users.set(1, "Ada", { ttlMs: 50 });
  clock.advance(49);
  expect(users.peek(1)).toBe("Ada");
  clock.advance(1);
  expect(users.peek(1)).toBeUndefined();
});

test("bad tags are refused before anything is dropped", async () => {
  const users = openCache().cache.namespace<string>("user");
  await users.set(1, "Ada");
  await expect(users.set(1, "Bob", { tags: [""] })).rejects.toMatchObject({
    code: "SG_CACHE_BAD_KEY",
  });
  expect(users.peek(1)).toBe("Ada");
});

test("what cannot be stored is refused by set, and given to callers by a load", async () => {
  const { cache } = openCache();
  const users = cache.namespace<unknown>("user");
  const value = () => "a function";
  await expect(users.set(1, value)).rejects.toMatchObject({ code: "SG_CACHE_VALUE_NOT_STORABLE" });
  expect(await users.getOrLoad(1, () => value)).toBe(value);
  await turn();
  expect(users.peek(1)).toBeUndefined();
});
