import { Redis } from "ioredis";
import { createNotificationPair, Loader, RedisCache } from "layered-loader";
import type { Contender, OpenContender } from "../contender.ts";

const TTL_MS = 300_000;

/** Memory, Redis and a notification pair, as its README has them. */
export const contender: Contender = {
  name: "layered-loader",
  open: async ({ redisPort, load }) => {
    const connect = (): Redis => {
      const client = new Redis({ host: "127.0.0.1", port: redisPort });
      client.on("error", () => undefined);
      return client;
    };
    const clients = [connect(), connect(), connect()] as const;
    const { publisher, consumer } = createNotificationPair<string>({
      channel: "pages",
      publisherRedis: clients[0],
      consumerRedis: clients[1],
    });
    const loader = new Loader<string>({
      inMemoryCache: { ttlInMsecs: TTL_MS, maxItems: 5_000 },
      asyncCache: new RedisCache<string>(clients[2], { prefix: "page", ttlInMsecs: TTL_MS }),
      notificationPublisher: publisher,
      notificationConsumer: consumer,
      dataSources: [
        { name: "source", get: load, getMany: (keys: string[]) => Promise.all(keys.map(load)) },
      ],
    });
    await loader.init();
    const open: OpenContender = {
      read: (key) => loader.getInMemoryOnly(key) ?? loader.get(key),
      close: async () => {
        for (const client of clients) client.disconnect();
      },
    };
    return open;
  },
};
