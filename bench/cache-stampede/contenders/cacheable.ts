import KeyvRedis from "@keyv/redis";
import { Cacheable, CacheableMemory } from "cacheable";
import { Keyv } from "keyv";
import type { Contender, OpenContender } from "../contender.ts";

const TTL = "5m";

/** Memory in front of @keyv/redis, as its README has them; what is only read needs no CacheSync. */
export const contender: Contender = {
  name: "cacheable",
  open: async ({ redisPort, load }) => {
    const cache = new Cacheable({
      primary: new Keyv({ store: new CacheableMemory({ ttl: TTL, lruSize: 5_000 }) }),
      secondary: new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${redisPort}`) }),
      ttl: TTL,
    });
    cache.on("error", () => undefined);
    const open: OpenContender = {
      read: (key) => cache.getOrSet(key, () => load(key)),
      close: async () => {
        await cache.disconnect();
      },
    };
    return open;
  },
};
