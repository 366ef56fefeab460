import { createCache, memoryTier } from "@streamgate/cache";
import { redisBus, redisTier } from "@streamgate/cache/redis";
import { Redis } from "ioredis";
import type { Contender, OpenContender } from "../contender.ts";

export const PREFIX = "stampede";
export const NAMESPACE = "page";

/** Memory, Redis and the bus, with their defaults unless the bench asks for another time-out. */
export const contender: Contender = {
  name: "@streamgate/cache",
  open: async ({ redisPort, tierTimeoutMs, load }) => {
    const client = new Redis({ host: "127.0.0.1", port: redisPort });
    client.on("error", () => undefined);
    const cache = createCache({
      tiers: [memoryTier(), redisTier({ client, prefix: PREFIX })],
      bus: redisBus({ client, prefix: PREFIX }),
      ...(tierTimeoutMs === undefined ? {} : { tierTimeout: tierTimeoutMs }),
      namespaces: { [NAMESPACE]: {} },
    });
    const pages = cache.namespace(NAMESPACE);
    await cache.ready();
    const open: OpenContender = {
      read: (key) => pages.getOrLoad(key, () => load(key)),
      usesRedis: () =>
        client.status === "ready" &&
        cache.statistics().tiers.every(({ breaker }) => breaker === "closed"),
      invalidate: (key) => pages.delete(key),
      close: async () => {
        await cache.close();
        client.disconnect();
      },
    };
    return open;
  },
};
