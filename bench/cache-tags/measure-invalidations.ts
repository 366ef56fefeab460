import { type Cache, createCache, memoryTier } from "@streamgate/cache";
import { redisTier } from "@streamgate/cache/redis";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { startTestRedis, type TestRedis } from "../../test/support/redis.ts";
import type { BenchRow } from "../contract.ts";
import { bestOf, medianOf } from "../support/cost.ts";

const MEMBERS = 1_000_000;
const LOT = 2_000;
const REPEATS = 51;
const TAG = "everything";
/** Commands that look at members one by one. */
const LOOKING = /^cmdstat_(scan|sscan|hscan|zscan|keys|smembers|del|unlink|mget|get):calls=(\d+)/;

export interface InvalidationCost {
  readonly rows: readonly BenchRow[];
  readonly memoryMs: number;
  readonly redisMs: number;
  /** Keys read, deleted or scanned by all the invalidations in Redis. */
  readonly keysTouched: number;
}

/** Invalidates one tag of a million entries again and again: in memory, and in Redis. */
export async function measureInvalidations(
  tell: (line: string) => void,
): Promise<InvalidationCost> {
  tell(`${MEMBERS} entries of one tag in memory`);
  const inMemory = createCache({
    tiers: [memoryTier({ maxEntries: MEMBERS, maxBytes: "2gb" })],
  });
  await fill(inMemory);
  const memory = await repeat(() => inMemory.invalidate({ tags: [TAG] }));
  await inMemory.close();
  tell("the same in bentocache's memory");
  const rival = await measureBento();
  tell(`${MEMBERS} entries of one tag in Redis`);
  const redis = await startTestRedis({ isOwn: true });
  try {
    const inRedis = createCache({
      tiers: [redisTier({ client: redis.connect(), prefix: "bench" })],
      tierTimeout: "10s",
      invalidationTimeout: "10s",
    });
    await fill(inRedis);
    const before = await memberCommands(redis);
    const shared = await repeat(() => inRedis.invalidate({ tags: [TAG] }));
    const keysTouched = (await memberCommands(redis)) - before;
    await inRedis.close();
    return {
      rows: [
        row("streamgate, memory", memory, memory),
        row("bentocache deleteByTag, memory", rival, memory),
        row("streamgate, Redis", shared, memory),
      ],
      memoryMs: medianOf(memory),
      redisMs: medianOf(shared),
      keysTouched,
    };
  } finally {
    await redis.stop();
  }
}

async function fill(cache: Cache): Promise<void> {
  const items = cache.namespace<{ readonly number: number }>("item", { ttl: "1h", claims: false });
  for (let from = 0; from < MEMBERS; from += LOT) {
    const ids = Array.from({ length: LOT }, (_, place) => from + place);
    await items.loadMany(
      ids,
      (missing) => new Map(missing.map((id) => [id, { number: Number(id) }])),
      {
        tags: [TAG],
      },
    );
  }
}

async function measureBento(): Promise<readonly number[]> {
  const bento = new BentoCache({
    default: "memory",
    ttl: "1h",
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: MEMBERS })) },
  });
  for (let number = 0; number < MEMBERS; number += 1) {
    await bento.set({ key: `item:${number}`, value: { number }, tags: [TAG] });
  }
  const times = await repeat(() => bento.deleteByTag({ tags: [TAG] }));
  await bento.disconnectAll();
  return times;
}

async function repeat(work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < REPEATS; count += 1) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  return times;
}

async function memberCommands(redis: TestRedis): Promise<number> {
  const client = redis.connect();
  const lines = (await client.info("commandstats")).split("\r\n");
  client.disconnect();
  return lines.reduce((sum, line) => sum + Number(LOOKING.exec(line)?.[2] ?? 0), 0);
}

function row(subject: string, times: readonly number[], base: readonly number[]): BenchRow {
  const median = medianOf(times);
  return {
    subject,
    metric: `invalidating a tag of ${MEMBERS.toLocaleString("en")} entries`,
    unit: "ms",
    median,
    best: bestOf(times),
    ratio: median / medianOf(base),
  };
}
