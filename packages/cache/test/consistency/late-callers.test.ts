import { createCache, memoryTier } from "@streamgate/cache";
import { redisBus, redisTier } from "@streamgate/cache/redis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChaosProxy, startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";

const LEASE_MS = 200;
type TestCache = ReturnType<typeof createCache>;

let redis: TestRedis;
let proxy: ChaosProxy;
let caches: TestCache[] = [];

beforeEach(async () => {
  redis = await startTestRedis({ isOwn: true });
  proxy = await startChaosProxy(redis.port);
});

afterEach(async () => {
  await Promise.all(caches.map((cache) => cache.close()));
  caches = [];
  await proxy.stop();
  await redis.stop();
});

/** A cache of another process, as far as it can tell. */
function startCache(busPort: number, tierPort: number): TestCache {
  const client = redis.connect({ port: tierPort });
  const cache = createCache({
    tiers: [memoryTier(), redisTier({ client, prefix: "late" })],
    bus: redisBus({ client: redis.connect({ port: busPort }), prefix: "late", leaseMs: LEASE_MS }),
    invalidationTimeout: "10s",
    namespaces: { near: {}, far: { perTier: { memory: false } } },
  });
  caches.push(cache);
  return cache;
}

describe("a caller who comes while another process's invalidation is unheard", () => {
  it.each([
    ["near", "the bus"],
    ["far", "the bus"],
    ["near", "all of Redis"],
    ["far", "all of Redis"],
  ])(
    "does not get from %s what a load brings that began before it, when it is cut off from %s",
    async (name, cutOff) => {
      const writer = startCache(redis.port, redis.port);
      const reader = startCache(proxy.port, cutOff === "the bus" ? redis.port : proxy.port);
      await Promise.all([writer.ready(), reader.ready()]);
      proxy.stall();
      let version = 1;
      let hasBegun = false;
      let endLoad: () => void = () => undefined;
      const slowLoad = async (): Promise<number> => {
        const found = version;
        await new Promise<void>((resolve) => {
          endLoad = resolve;
          hasBegun = true;
        });
        return found;
      };
      const early = reader.namespace<number>(name).getOrLoadAsync(1, slowLoad);
      try {
        await until(() => hasBegun);
        version = 2;
        await writer.invalidate({ keys: [`${name}:1`], everywhere: true });
        const late = reader.namespace<number>(name).getOrLoadAsync(1, async () => version);
        endLoad();
        expect(await late).toBe(2);
      } finally {
        endLoad();
        await early;
      }
    },
  );
});
