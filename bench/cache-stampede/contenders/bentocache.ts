import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisBusDriver, redisDriver } from "bentocache/drivers/redis";
import type { Contender, OpenContender } from "../contender.ts";

/** The multi-tier set-up of bentocache.dev/docs/multi-tier: memory, Redis and the Redis bus. */
export const contender: Contender = {
  name: "bentocache",
  open: async ({ redisPort, load }) => {
    const connection = { host: "127.0.0.1", port: redisPort };
    const bento = new BentoCache({
      default: "pages",
      ttl: "5m",
      stores: {
        pages: bentostore()
          .useL1Layer(memoryDriver({ maxItems: 5_000 }))
          .useL2Layer(redisDriver({ connection }))
          .useBus(redisBusDriver({ connection })),
      },
    });
    const open: OpenContender = {
      read: (key) => bento.getOrSet({ key, factory: () => load(key) }),
      close: () => bento.disconnectAll(),
    };
    return open;
  },
};
