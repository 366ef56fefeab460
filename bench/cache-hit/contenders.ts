import { createCache } from "@streamgate/cache";
import { createCache as createDedupeCache } from "async-cache-dedupe";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { createCache as createManagerCache } from "cache-manager";
import { Cacheable } from "cacheable";
import { Loader } from "layered-loader";
import { LRUCache } from "lru-cache";
import type { Contender } from "../support/interleave.ts";

const KEYS = 1_000;
const TTL_MS = 300_000;
const FAST_OPERATIONS = 2_000_000;
const AWAITED_OPERATIONS = 500_000;
const SLOW_OPERATIONS = 30_000;
const ORDER_MASK = 0xffff;

interface User {
  readonly id: string;
  readonly name: string;
}

const keys: readonly string[] = Array.from(
  { length: KEYS },
  (_, number) => `user-${number * 7919}`,
);
/** The same for all, so that nobody has luck with the processor's cache. */
const order: Uint16Array = Uint16Array.from(
  { length: ORDER_MASK + 1 },
  (_, place) => (Math.imul(place, 2_654_435_761) >>> 8) % KEYS,
);
const userOf = (id: string): User => ({ id, name: `name of ${id}` });
const keyAt = (place: number): string => keys[order[place & ORDER_MASK] ?? 0] ?? "";

/** Hits without a promise; each has a loop of its own, so that no call site sees two kinds of caches. */
export async function synchronousContenders(): Promise<readonly Contender[]> {
  const cache = createCache();
  const load = (): User => ({ id: "", name: "not from the cache" });
  const plain = cache.namespace<User>("plain", { ttl: TTL_MS });
  const tagged = cache.namespace<User>("tagged", { ttl: TTL_MS });
  const tags = { tags: ["users", "team-7"] };
  const lru = new LRUCache<string, User>({ max: KEYS * 2, ttl: TTL_MS });
  const map = new Map<string, User>();
  const layered = new Loader<User>({
    inMemoryCache: { cacheType: "lru-object", maxItems: KEYS * 2, ttlInMsecs: TTL_MS },
    dataSources: [
      { name: "none", get: async (key: string) => userOf(key), getMany: async () => [] },
    ],
  });
  for (const key of keys) {
    await plain.getOrLoad(key, () => userOf(key));
    await tagged.getOrLoad(key, () => userOf(key), tags);
    lru.set(key, userOf(key));
    map.set(key, userOf(key));
    await layered.get(key);
  }
  return [
    {
      subject: "streamgate, 2 tags",
      operations: FAST_OPERATIONS,
      run() {
        let found = 0;
        for (let place = 0; place < FAST_OPERATIONS; place += 1) {
          const user = tagged.getOrLoad(keyAt(place), load, tags);
          if (!(user instanceof Promise) && user.id !== "") found += 1;
        }
        return found;
      },
    },
    {
      subject: "streamgate, no tags",
      operations: FAST_OPERATIONS,
      run() {
        let found = 0;
        for (let place = 0; place < FAST_OPERATIONS; place += 1) {
          const user = plain.getOrLoad(keyAt(place), load);
          if (!(user instanceof Promise) && user.id !== "") found += 1;
        }
        return found;
      },
    },
    {
      subject: "lru-cache get, ttl",
      operations: FAST_OPERATIONS,
      run() {
        let found = 0;
        for (let place = 0; place < FAST_OPERATIONS; place += 1) {
          const user = lru.get(keyAt(place));
          if (user !== undefined && user.id !== "") found += 1;
        }
        return found;
      },
    },
    {
      subject: "Map get (no cache)",
      operations: FAST_OPERATIONS,
      run() {
        let found = 0;
        for (let place = 0; place < FAST_OPERATIONS; place += 1) {
          const user = map.get(keyAt(place));
          if (user !== undefined && user.id !== "") found += 1;
        }
        return found;
      },
    },
    {
      subject: "layered-loader getInMemoryOnly",
      operations: FAST_OPERATIONS,
      run() {
        let found = 0;
        for (let place = 0; place < FAST_OPERATIONS; place += 1) {
          const user = layered.getInMemoryOnly(keyAt(place));
          if (user !== undefined && user !== null && user.id !== "") found += 1;
        }
        return found;
      },
    },
  ];
}

/** Hits that are awaited, as most code does. */
export async function asynchronousContenders(): Promise<readonly Contender[]> {
  const cache = createCache();
  const load = (): User => ({ id: "", name: "not from the cache" });
  const tagged = cache.namespace<User>("tagged", { ttl: TTL_MS });
  const tags = { tags: ["users", "team-7"] };
  const lru = new LRUCache<string, User>({
    max: KEYS * 2,
    ttl: TTL_MS,
    fetchMethod: async (key) => userOf(key),
  });
  const layered = new Loader<User>({
    inMemoryCache: { cacheType: "lru-object", maxItems: KEYS * 2, ttlInMsecs: TTL_MS },
    dataSources: [
      { name: "none", get: async (key: string) => userOf(key), getMany: async () => [] },
    ],
  });
  const dedupe = createDedupeCache({
    ttl: TTL_MS / 1_000,
    storage: { type: "memory", options: { size: KEYS * 2 } },
  }).define("user", async (key: string) => userOf(key));
  const manager = createManagerCache({ ttl: TTL_MS });
  const cacheable = new Cacheable({ ttl: TTL_MS });
  const bento = new BentoCache({
    default: "memory",
    ttl: TTL_MS,
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: KEYS * 2 })) },
  });
  for (const key of keys) {
    await tagged.getOrLoad(key, () => userOf(key), tags);
    lru.set(key, userOf(key));
    await layered.get(key);
    await dedupe.user(key);
    await manager.set(key, userOf(key));
    await cacheable.set(key, userOf(key));
    await bento.set({ key, value: userOf(key) });
  }
  return [
    awaited("streamgate, 2 tags", AWAITED_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await tagged.getOrLoad(keyAt(place), load, tags)).id !== "") found += 1;
      }
      return found;
    }),
    awaited("lru-cache get, ttl", AWAITED_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        // oxlint-disable-next-line typescript/await-thenable -- what it costs to await a value is the question
        if ((await lru.get(keyAt(place)))?.id !== undefined) found += 1;
      }
      return found;
    }),
    awaited("lru-cache fetch", AWAITED_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await lru.fetch(keyAt(place)))?.id !== undefined) found += 1;
      }
      return found;
    }),
    awaited("layered-loader get", AWAITED_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await layered.get(keyAt(place)))?.id !== undefined) found += 1;
      }
      return found;
    }),
    awaited("async-cache-dedupe", SLOW_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await dedupe.user(keyAt(place))).id !== "") found += 1;
      }
      return found;
    }),
    awaited("cache-manager get", SLOW_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await manager.get<User>(keyAt(place)))?.id !== undefined) found += 1;
      }
      return found;
    }),
    awaited("cacheable get", SLOW_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await cacheable.get<User>(keyAt(place)))?.id !== undefined) found += 1;
      }
      return found;
    }),
    awaited("bentocache get", SLOW_OPERATIONS, async (count) => {
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        if ((await bento.get<User>({ key: keyAt(place) }))?.id !== undefined) found += 1;
      }
      return found;
    }),
  ];
}

function awaited(
  subject: string,
  operations: number,
  run: (count: number) => Promise<number>,
): Contender {
  return { subject, operations, run: () => run(operations) };
}
