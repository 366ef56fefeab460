import { createCache } from "@streamgate/cache";
import { redisTier } from "@streamgate/cache/redis";
import { createCache as createDedupeCache } from "async-cache-dedupe";
import { BentoCache, bentostore } from "bentocache";
import { redisDriver } from "bentocache/drivers/redis";
import type { Redis } from "ioredis";
import { Loader, RedisCache } from "layered-loader";
import type { TestRedis } from "../../test/support/redis.ts";
import { until } from "../../test/support/until.ts";
import type { BenchRow } from "../contract.ts";
import { type Contender, interleave } from "../support/interleave.ts";
import { oneKilobyte, type Page } from "./values.ts";

const KEYS = 500;
const OPERATIONS = 10_000;
const ROUNDS = 7;
const AT_ONCE = 32;
const RAW = "ioredis GET + JSON.parse";
const OWN = "streamgate, 2 tags";

export interface ReadCost {
  readonly rows: readonly BenchRow[];
  /** Our CPU over that of the bare read, with many requests at a time. */
  readonly ratio: number;
  readonly ratioOneByOne: number;
}

type Read = (key: string) => Promise<Page | null | undefined>;

/** Hits in Redis with nothing in memory, each by a client of its own. */
export async function measureReads(redis: TestRedis): Promise<ReadCost> {
  const keys = Array.from({ length: KEYS }, (_, number) => `page-${number}`);
  const { reads, close } = await openAll(redis, keys);
  const contenders = (width: number): readonly Contender[] =>
    [...reads].map(([subject, read]) => ({
      subject,
      operations: OPERATIONS,
      run: () => readAll(read, keys, width),
    }));
  const many = await interleave(contenders(AT_ONCE), {
    metric: `hit of 1 KB, ${AT_ONCE} requests at a time`,
    rounds: ROUNDS,
    against: RAW,
  });
  const single = await interleave(contenders(1), {
    metric: "hit of 1 KB, one by one",
    rounds: ROUNDS,
    against: RAW,
  });
  await close();
  return { rows: [...many, ...single], ratio: ratioOf(many), ratioOneByOne: ratioOf(single) };
}

/** Lanes that each wait for their answer before they ask again, as requests of an API do. */
async function readAll(read: Read, keys: readonly string[], width: number): Promise<number> {
  let next = 0;
  let found = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < OPERATIONS) {
        const key = keys[next % KEYS] ?? "";
        next += 1;
        if ((await read(key))?.id === key) found += 1;
      }
    }),
  );
  return found;
}

async function openAll(
  redis: TestRedis,
  keys: readonly string[],
): Promise<{ readonly reads: ReadonlyMap<string, Read>; readonly close: () => Promise<void> }> {
  const raw: Redis = redis.connect();
  const tags = { tags: ["pages", "site-1"] };
  const cache = createCache({
    tiers: [redisTier({ client: redis.connect(), prefix: "bench-l2" })],
    tierTimeout: "5s",
  });
  const pages = cache.namespace<Page>("page", { ttl: "1h" });
  const bento = new BentoCache({
    default: "redis",
    ttl: "1h",
    stores: { redis: bentostore().useL2Layer(redisDriver({ connection: redis.connect() })) },
  });
  const dedupe = createDedupeCache({
    ttl: 3_600,
    storage: { type: "redis", options: { client: redis.connect() } },
  }).define("page", async (key: string) => oneKilobyte(key));
  const layered = new Loader<Page>({
    asyncCache: new RedisCache<Page>(redis.connect(), {
      json: true,
      ttlInMsecs: 3_600_000,
      prefix: "layered",
    }),
    dataSources: [
      { name: "source", get: async (key: string) => oneKilobyte(key), getMany: async () => [] },
    ],
  });
  for (const key of keys) {
    await raw.set(`raw:${key}`, JSON.stringify(oneKilobyte(key)));
    await pages.getOrLoad(key, () => oneKilobyte(key), tags);
    await bento.set({ key, value: oneKilobyte(key) });
    await dedupe.page(key);
    await layered.get(key);
  }
  // Fills go behind the backs of those who read.
  await until(async () => (await pages.getMany(keys)).size === KEYS);
  const missed = (): Page => ({ ...oneKilobyte("missed"), id: "missed" });
  return {
    reads: new Map<string, Read>([
      [OWN, async (key) => pages.getOrLoad(key, missed, tags)],
      [
        RAW,
        async (key) => {
          const text = await raw.get(`raw:${key}`);
          return text === null ? null : (JSON.parse(text) as Page);
        },
      ],
      ["async-cache-dedupe", (key) => dedupe.page(key)],
      ["layered-loader", (key) => layered.get(key)],
      ["bentocache", (key) => bento.get<Page>({ key })],
    ]),
    close: async () => {
      await cache.close();
      await bento.disconnectAll();
      raw.disconnect();
    },
  };
}

function ratioOf(rows: readonly BenchRow[]): number {
  return rows.find(({ subject }) => subject === OWN)?.ratio ?? Number.NaN;
}
