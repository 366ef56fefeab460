import { Redis } from "ioredis";
import { createNotificationPair, Loader, RedisCache } from "layered-loader";
import type { Entry, Place } from "../plan.ts";
import type { OpenSubject, Subject } from "../subject.ts";

const TTL_MS = 300_000;
const NEAR: readonly Place[] = ["near", "near-cleared"];

/** Memory, Redis and a notification pair, as its README has them. */
export const subject: Subject = {
  name: "layered-loader",
  abilities: { places: NEAR, keepsRichValues: false, hasEverywhere: false, hasBatches: false },
  remarks: [
    "no tags: all keys under a tag are invalidated by invalidateCacheForMany",
    "no batches and no everywhere; clearing a namespace is an invalidation by key",
  ],
  open: async ({ redisPort, loadByKey }) => {
    const connect = (): Redis => {
      const client = new Redis({ host: "127.0.0.1", port: redisPort });
      client.on("error", () => undefined);
      return client;
    };
    const clients = [connect(), connect(), connect()] as const;
    const { publisher, consumer } = createNotificationPair<object>({
      channel: "consistency",
      publisherRedis: clients[0],
      consumerRedis: clients[1],
    });
    const source = {
      name: "source",
      get: async (key: string) => (await loadByKey(key)) as object,
      getMany: (keys: string[]) =>
        Promise.all(keys.map(async (key) => (await loadByKey(key)) as object)),
    };
    const redis = (prefix: string) =>
      new RedisCache<object>(clients[2], { prefix, json: true, ttlInMsecs: TTL_MS });
    const near = new Loader<object>({
      inMemoryCache: { ttlInMsecs: TTL_MS, maxItems: 5_000 },
      asyncCache: redis("near"),
      notificationPublisher: publisher,
      notificationConsumer: consumer,
      dataSources: [source],
    });
    const far = new Loader<object>({ asyncCache: redis("far"), dataSources: [source] });
    const loaderOf = ({ place }: Entry) => (NEAR.includes(place) ? near : far);
    await near.init();
    const open: OpenSubject = {
      read: (entry) => {
        const loader = loaderOf(entry);
        return loader.getInMemoryOnly(entry.key) ?? loader.get(entry.key);
      },
      invalidate: async ({ entries }) => {
        for (const loader of new Set(entries.map(loaderOf))) {
          const keys = entries.filter((entry) => loaderOf(entry) === loader).map(({ key }) => key);
          await loader.invalidateCacheForMany(keys);
        }
      },
      set: (entry, value) => loaderOf(entry).forceSetValue(entry.key, value as object),
      close: async () => {
        for (const client of clients) client.disconnect();
      },
    };
    return open;
  },
};
