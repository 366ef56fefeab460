import KeyvRedis from "@keyv/redis";
import { createCache } from "cache-manager";
import { CacheableMemory } from "cacheable";
import { Keyv } from "keyv";
import type { Entry, Place } from "../plan.ts";
import type { OpenSubject, Subject } from "../subject.ts";

const TTL_MS = 300_000;
const NEAR: readonly Place[] = ["near", "near-cleared"];

/** Layers 1 and 2 as its README has them: CacheableMemory in front of @keyv/redis. */
export const subject: Subject = {
  name: "cache-manager",
  abilities: { places: NEAR, keepsRichValues: false, hasEverywhere: false, hasBatches: false },
  remarks: [
    "no tags: all keys under a tag are deleted by mdel; no bus: other processes are never told",
    "no batches and no everywhere; clearing a namespace is a delete",
  ],
  open: async ({ redisPort }) => {
    const url = `redis://127.0.0.1:${redisPort}`;
    const memory = new Keyv({ store: new CacheableMemory({ ttl: TTL_MS, lruSize: 5_000 }) });
    const redis = (namespace: string) => new Keyv({ store: new KeyvRedis(url), namespace });
    const stores = { near: [memory, redis("second")], far: [redis("only")] };
    for (const store of [...stores.near, ...stores.far]) store.on("error", () => undefined);
    const near = createCache({ stores: stores.near, ttl: TTL_MS });
    const far = createCache({ stores: stores.far, ttl: TTL_MS });
    const cacheOf = ({ place }: Entry) => (NEAR.includes(place) ? near : far);
    const open: OpenSubject = {
      read: (entry, load) => cacheOf(entry).wrap(entry.key, () => load({ tag: () => undefined })),
      invalidate: async ({ entries }) => {
        const caches = [...new Set(entries.map(cacheOf))];
        await Promise.all(
          caches.map((cache) =>
            cache.mdel(entries.filter((entry) => cacheOf(entry) === cache).map(({ key }) => key)),
          ),
        );
      },
      set: async (entry, value) => {
        await cacheOf(entry).set(entry.key, value);
      },
      close: async () => {
        await Promise.all([near.disconnect(), far.disconnect()]);
      },
    };
    return open;
  },
};
