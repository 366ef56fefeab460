import { randomUUID } from "node:crypto";
import KeyvRedis from "@keyv/redis";
import { Cacheable, CacheableMemory } from "cacheable";
import { Redis } from "ioredis";
import { Keyv } from "keyv";
import type { Entry, Place } from "../plan.ts";
import type { Load, OpenSubject, Subject } from "../subject.ts";

const TTL = "5m";
const NEAR: readonly Place[] = ["near", "near-cleared"];

type Sync = Exclude<
  NonNullable<NonNullable<ConstructorParameters<typeof Cacheable>[0]>["sync"]>,
  { publish: unknown }
>;
type Provider = Extract<Sync["qified"], { subscriptions: unknown }>;

/** Memory, Redis by @keyv/redis, tags, and CacheSync over Redis pub/sub, as its README has them. */
export const subject: Subject = {
  name: "cacheable",
  abilities: { places: NEAR, keepsRichValues: false, hasEverywhere: false, hasBatches: false },
  remarks: [
    "no batches and no everywhere; clearing a namespace is a delete",
    "getOrSet takes no tags, so an entry with tags is read by get, and written by set with its tags",
    "CacheSync by a provider over ioredis that does what @qified/redis does",
  ],
  open: async ({ redisPort }) => {
    const url = `redis://127.0.0.1:${redisPort}`;
    const near = new Cacheable({
      primary: new Keyv({ store: new CacheableMemory({ ttl: TTL, lruSize: 5_000 }) }),
      secondary: new Keyv({ store: new KeyvRedis(url), namespace: "second" }),
      ttl: TTL,
      tags: true,
      sync: { qified: redisProvider(redisPort) },
    });
    const far = new Cacheable({
      primary: new Keyv({ store: new KeyvRedis(url), namespace: "only" }),
      ttl: TTL,
      tags: true,
    });
    for (const cache of [near, far]) cache.on("error", () => undefined);
    const cacheOf = ({ place }: Entry) => (NEAR.includes(place) ? near : far);
    const read = async (entry: Entry, load: Load): Promise<unknown> => {
      const cache = cacheOf(entry);
      if (entry.tags.length === 0 && entry.lateRows.length === 0) {
        return cache.getOrSet(entry.key, () => load({ tag: () => undefined }));
      }
      const found = await cache.get(entry.key);
      if (found !== undefined) return found;
      const tags = [...entry.tags];
      const value = await load({ tag: (...more) => tags.push(...more) });
      await cache.set(entry.key, value, { ttl: TTL, tags });
      return value;
    };
    const open: OpenSubject = {
      read,
      invalidate: async ({ by, tag, entries }) => {
        const caches = [...new Set(entries.map(cacheOf))];
        if (by === "tag") await Promise.all(caches.map((cache) => cache.tags.invalidateTag(tag)));
        else {
          const keys = entries.map(({ key }) => key);
          await Promise.all(caches.map((cache) => cache.deleteMany(keys)));
        }
      },
      set: async (entry, value) => {
        await cacheOf(entry).set(entry.key, value, { ttl: TTL });
      },
      close: async () => {
        await Promise.all([near.disconnect(), far.disconnect()]);
      },
    };
    return open;
  },
};

/** Messages over Redis pub/sub: a connection to publish, one to subscribe. */
function redisProvider(port: number): Provider {
  const id = randomUUID();
  const [publisher, subscriber] = [0, 1].map(() => new Redis({ host: "127.0.0.1", port }));
  const subscriptions: Provider["subscriptions"] = new Map();
  for (const client of [publisher, subscriber]) client?.on("error", () => undefined);
  subscriber?.on("message", (topic: string, text: string) => {
    const message = { ...JSON.parse(text), providerId: id };
    for (const { handler } of subscriptions.get(topic) ?? []) void handler(message);
  });
  return {
    id,
    subscriptions,
    publish: async (topic, message) => {
      await publisher?.publish(topic, JSON.stringify(message));
    },
    subscribe: async (topic, handler) => {
      subscriptions.set(topic, [...(subscriptions.get(topic) ?? []), handler]);
      await subscriber?.subscribe(topic);
    },
    unsubscribe: async (topic) => {
      subscriptions.delete(topic);
      await subscriber?.unsubscribe(topic);
    },
    disconnect: async () => {
      publisher?.disconnect();
      subscriber?.disconnect();
    },
  };
}
