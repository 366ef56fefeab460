import { createCache } from "async-cache-dedupe";
import { Redis } from "ioredis";
import type { OpenSubject, Subject } from "../subject.ts";
import type { Versions } from "../value.ts";

const TTL_SECONDS = 300;

/** Its Redis storage with invalidation by references; it has one tier, so that every read reaches Redis or joins a load. */
export const subject: Subject = {
  name: "async-cache-dedupe",
  abilities: { places: [], keepsRichValues: false, hasEverywhere: false, hasBatches: false },
  remarks: [
    "one tier, Redis: all reads are judged as reads of the shared tier",
    "no batches and no everywhere; clearing a namespace is a clear by key",
  ],
  open: async ({ redisPort, loadByKey }) => {
    const client = new Redis({ host: "127.0.0.1", port: redisPort });
    client.on("error", () => undefined);
    const cache = createCache({
      ttl: TTL_SECONDS,
      storage: { type: "redis", options: { client, invalidation: { referencesTTL: TTL_SECONDS } } },
    }).define(
      "fetch",
      {
        // The names of the rows that the value is made from, those that only the load found out too.
        references: (_argument: unknown, _key: string, result: unknown) =>
          Object.keys((result as { readonly versions: Versions }).versions),
      },
      (key: string) => loadByKey(key),
    );
    const open: OpenSubject = {
      read: (entry) => cache.fetch(entry.key),
      invalidate: async ({ by, tag, entries }) => {
        if (by === "tag") await cache.invalidateAll(tag);
        else await Promise.all(entries.map(({ key }) => cache.clear("fetch", key)));
      },
      set: (entry, value) => cache.set("fetch", `fetch~${entry.key}`, value, TTL_SECONDS),
      close: async () => client.disconnect(),
    };
    return open;
  },
};
