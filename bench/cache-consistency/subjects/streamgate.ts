import { createCache, memoryTier } from "@streamgate/cache";
import { redisBus, redisTier } from "@streamgate/cache/redis";
import { Redis } from "ioredis";
import { type Entry, PLACES } from "../plan.ts";
import type { Invalidated, Load, OpenSubject, Subject } from "../subject.ts";

const PREFIX = "consistency";
const WITHOUT_MEMORY = { perTier: { memory: false } } as const;

/**
 * Memory, Redis and the bus. More patience than by default and a breaker that soon tries again keep Redis in play on a busy
 * machine, so that there is more to judge; memory is small enough that entries leave it.
 */
export const subject: Subject = {
  name: "@streamgate/cache",
  abilities: {
    places: ["near", "near-cleared"],
    keepsRichValues: true,
    hasEverywhere: true,
    hasBatches: true,
  },
  remarks: [],
  open: async ({ redisPort }) => {
    const client = new Redis({ host: "127.0.0.1", port: redisPort });
    client.on("error", () => undefined);
    const cache = createCache({
      tiers: [memoryTier({ maxEntries: 5_000 }), redisTier({ client, prefix: PREFIX })],
      bus: redisBus({ client, prefix: PREFIX }),
      tierTimeout: 50,
      invalidationTimeout: 1_000,
      breaker: { probeAfter: 50, probeAtMost: 500 },
      namespaces: {
        near: {},
        far: WITHOUT_MEMORY,
        "near-cleared": {},
        "far-cleared": WITHOUT_MEMORY,
      },
    });
    const spaces = new Map(PLACES.map((place) => [place, cache.namespace(place)]));
    const spaceOf = ({ place }: Entry) => spaces.get(place) ?? cache.namespace(place);
    const read = (entry: Entry, load: Load): unknown => {
      const { id, tags, variant } = entry;
      const options = variant === "" ? { tags } : { tags, variant };
      return spaceOf(entry).getOrLoad(id, load, options);
    };
    const invalidate = async (what: Invalidated): Promise<void> => {
      const { by, tag, entries, isEverywhere: everywhere } = what;
      const [first] = entries;
      if (by === "tag") return cache.invalidate({ tags: [tag], everywhere });
      if (first === undefined) return;
      if (by === "delete") return spaceOf(first).delete(first.id, { everywhere });
      if (by === "namespace") return cache.invalidate({ namespace: first.place, everywhere });
      return cache.invalidate({ keys: [`${first.place}:${first.id}`], everywhere });
    };
    const open: OpenSubject = {
      read,
      readMany: async (entries, load) => {
        const [first] = entries;
        if (first === undefined) return new Map();
        const ids = entries.map(({ id }) => id);
        const loadAll = async (some: readonly (string | number)[]) => load(some.map(String));
        const found = await spaceOf(first).loadMany(ids, loadAll, { tags: first.tags });
        return new Map([...found].map(([id, value]) => [String(id), value]));
      },
      lookAtMany: async (entries) => {
        const [first] = entries;
        if (first === undefined) return new Map();
        const ids = entries.map(({ id }) => id);
        const found = await spaceOf(first).getMany(ids, { tags: first.tags });
        return new Map([...found].map(([id, value]) => [String(id), value]));
      },
      invalidate,
      set: (entry, value) => spaceOf(entry).set(entry.id, value, { tags: entry.tags }),
      close: async () => {
        await cache.close();
        client.disconnect();
      },
    };
    return open;
  },
};
