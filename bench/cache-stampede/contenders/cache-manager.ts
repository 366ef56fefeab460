import KeyvRedis from "@keyv/redis";
import { createCache } from "cache-manager";
import { CacheableMemory } from "cacheable";
import { Keyv } from "keyv";
import type { Contender, OpenContender } from "../contender.ts";

const TTL_MS = 300_000;

/** Layers 1 and 2 as its README has them: CacheableMemory in front of @keyv/redis. */
export const contender: Contender = {
  name: "cache-manager",
  open: async ({ redisPort, load }) => {
    const stores = [
      new Keyv({ store: new CacheableMemory({ ttl: TTL_MS, lruSize: 5_000 }) }),
      new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${redisPort}`) }),
    ];
    for (const store of stores) store.on("error", () => undefined);
    const cache = createCache({ stores, ttl: TTL_MS });
    const open: OpenContender = {
      read: (key) => cache.wrap(key, () => load(key)),
      close: async () => {
        await cache.disconnect();
      },
    };
    return open;
  },
};
