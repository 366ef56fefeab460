import { createCache } from "async-cache-dedupe";
import { Redis } from "ioredis";
import type { Contender, OpenContender } from "../contender.ts";

/** Its Redis storage; it has one tier. */
export const contender: Contender = {
  name: "async-cache-dedupe",
  open: async ({ redisPort, load }) => {
    const client = new Redis({ host: "127.0.0.1", port: redisPort });
    client.on("error", () => undefined);
    const cache = createCache({
      ttl: 300,
      storage: { type: "redis", options: { client } },
    }).define("fetch", (key: string) => load(key));
    const open: OpenContender = {
      read: (key) => cache.fetch(key),
      close: async () => client.disconnect(),
    };
    return open;
  },
};
