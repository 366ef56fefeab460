import { describe, expect, test } from "vitest";
import { createCache } from "../../src/cache.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { CacheOptions } from "../../src/options/cache-options.ts";
import type { NamespaceOptions } from "../../src/options/namespace-options.ts";
import type { SharedTier } from "../../src/tiers/tier.ts";
import { openCache, playedTier } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";

function tierCalled(name: string): SharedTier {
  return {
    name,
    read: async (reads) => reads.map(() => undefined),
    begin: async () => ({ stamp: { tier: name }, claim: "free" }),
    fill: async () => "stored",
    invalidate: async () => {},
    close: async () => {},
  };
}

const BAD_OF_CACHE: readonly [string, CacheOptions][] = [
  ["tiers", { tiers: [] }],
  ["tiers", { tiers: [memoryTier(), memoryTier()] }],
  ["tiers", { tiers: [tierCalled("redis"), memoryTier()], bus: "none" }],
  ["tiers", { tiers: [tierCalled("redis"), tierCalled("redis")] }],
  ["tiers", { tiers: [tierCalled("memory")] }],
  ["tierTimeout", { tierTimeout: 0 }],
  ["tierTimeout", { tierTimeout: Number.NaN }],
  ["tierTimeout", { tierTimeout: "1000d" }],
  ["invalidationTimeout", { invalidationTimeout: -1 }],
  ["breaker.failures", { breaker: { failures: 0 } }],
  ["breaker.failures", { breaker: { failures: 1.5 } }],
  ["breaker.probeAfter", { breaker: { probeAfter: 0 } }],
  ["breaker.probeAtMost", { breaker: { probeAtMost: Number.POSITIVE_INFINITY } }],
  ["maxConcurrentRefreshes", { maxConcurrentRefreshes: 0 }],
  ["maxConcurrentRefreshes", { maxConcurrentRefreshes: 10_001 }],
];

test.each(BAD_OF_CACHE)("a bad %s is refused by name: %j", (name, options) => {
  expect(() => createCache(options)).toThrow(
    expect.objectContaining({
      code: "SG_CACHE_BAD_OPTION",
      message: expect.stringContaining(name),
    }),
  );
});

const BAD_OF_NAMESPACE: readonly [string, NamespaceOptions][] = [
  ["user.ttl", { ttl: 0 }],
  ["user.ttl", { ttl: -5 }],
  ["user.ttl", { ttl: null as unknown as number }],
  ["user.ttl", { ttl: "9999d" }],
  ["user.jitter", { jitter: 0.6 }],
  ["user.jitter", { jitter: -0.1 }],
  ["user.jitter", { jitter: Number.NaN }],
  ["user.staleWhileRevalidate", { staleWhileRevalidate: -1 }],
  ["user.staleIfError", { staleIfError: Number.NaN }],
  ["user.softTimeout", { softTimeout: -1 }],
  ["user.hardTimeout", { hardTimeout: 0 }],
  ["user.hardTimeout", { hardTimeout: 2 ** 31 }],
  ["user.negativeTtl", { negativeTtl: -1 }],
  ["user.refreshAhead", { refreshAhead: 11 }],
  ["user.perTier", { perTier: { redis: false } }],
  ["user.perTier.memory.ttl", { perTier: { memory: { ttl: 0 } } }],
  ["user.claims.ttl", { claims: { ttl: 9 } }],
  ["user.claims.patience", { claims: { patience: 0 } }],
  ["user.knownIds.rebuildEvery", { knownIds: { source: () => [], rebuildEvery: 999 } }],
];

test.each(BAD_OF_NAMESPACE)("a bad %s is refused by name: %j", (name, options) => {
  const refused = expect.objectContaining({
    code: "SG_CACHE_BAD_OPTION",
    message: expect.stringContaining(name),
  });
  expect(() => openCache({ namespaces: { user: options } })).toThrow(refused);
  expect(() => openCache().cache.namespace("user", options)).toThrow(refused);
});

test.each([
  { tags: ["#user:1"] },
  { tags: ["@user"] },
  { tags: [""] },
  { dependsOn: ["x".repeat(513)] },
])("%j is refused as a tag", (options) => {
  expect(() => openCache().cache.namespace("user", options)).toThrow(
    expect.objectContaining({ code: "SG_CACHE_BAD_KEY" }),
  );
});

test.each([
  ["maxEntries", () => memoryTier({ maxEntries: 0 })],
  ["maxEntries", () => memoryTier({ maxEntries: 2 ** 24 + 1 })],
  ["policy", () => memoryTier({ policy: "mru" as "lru" })],
  ["staleWhileDisconnectedMs", () => memoryTier({ staleWhileDisconnectedMs: -1 })],
  ["maxBytes", () => createCache({ tiers: [memoryTier({ maxBytes: 0 })] })],
  ["maxBytes", () => createCache({ tiers: [memoryTier({ maxBytes: Number.NaN })] })],
  ["minBytes", () => createCache({ tiers: [memoryTier({ maxBytes: "auto", minBytes: 0 })] })],
  ["mostBytes", () => createCache({ tiers: [memoryTier({ maxBytes: "auto", mostBytes: -1 })] })],
])("a memory tier with a bad %s is refused by name", (name, make) => {
  expect(make).toThrow(
    expect.objectContaining({
      code: "SG_CACHE_BAD_OPTION",
      message: expect.stringContaining(name),
    }),
  );
});

test.each(["", "with space", "x".repeat(65), "a:b", "ünicode", "a/b"])(
  "%j is no name of a namespace",
  (name) => {
    expect(() => openCache().cache.namespace(name)).toThrow(
      expect.objectContaining({ code: "SG_CACHE_BAD_KEY" }),
    );
  },
);

describe("memory in front of a shared tier", () => {
  test("needs a bus, and says so", async () => {
    const tier = await playedTier("redis");
    expect(() => createCache({ tiers: [memoryTier(), tier] })).toThrow(
      expect.objectContaining({
        code: "SG_CACHE_BUS_MISSING",
        message: expect.stringContaining("redis"),
      }),
    );
  });

  test("is served without one where this is the only process", async () => {
    const { cache } = openCache({ tiers: [memoryTier(), await playedTier()], bus: "none" });
    const users = cache.namespace<string>("user");
    await users.getOrLoad(1, () => "Ada");
    expect(users.getOrLoad(1, () => "never")).toBe("Ada");
  });
});

test("a cache of a shared tier alone needs no bus, and keeps nothing in memory", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [tier] });
  const users = cache.namespace<string>("user");
  await users.set(1, "Ada");
  expect(users.peek(1)).toBeUndefined();
  expect(await users.getOrLoad(1, () => "never")).toBe("Ada");
  expect(await users.getOrLoad(1, () => "never")).toBe("Ada");
  expect(tier.count("read")).toBe(2);
  expect(cache.statistics().memory.entries).toBe(0);
});

test("namespaces are given as data, and the same name is the same object whatever comes later", async () => {
  const { cache, clock } = openCache({ namespaces: { user: { ttl: 50, jitter: 0 } } });
  const users = cache.namespace<string>("user", { ttl: 5_000 });
  expect(cache.namespace("user")).toBe(users);
  await users.set(1, "Ada");
  clock.advance(50);
  expect(users.peek(1)).toBeUndefined();
  expect(cache.statistics().namespaces.map(({ name }) => name)).toEqual(["user"]);
});

test("a bad namespace leaves no bus opened behind", () => {
  const bus = new Hub().bus();
  let opened = 0;
  bus.open = async () => {
    opened += 1;
  };
  expect(() => createCache({ bus, namespaces: { user: { ttl: 0 } } })).toThrow("user.ttl");
  expect(opened).toBe(0);
});
