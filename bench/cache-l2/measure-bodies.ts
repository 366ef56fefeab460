import { createCache } from "@streamgate/cache";
import { redisTier } from "@streamgate/cache/redis";
import type { TestRedis } from "../../test/support/redis.ts";
import { until } from "../../test/support/until.ts";
import type { BenchRow } from "../contract.ts";
import { interleave } from "../support/interleave.ts";
import { hundredKilobytes, type Page } from "./values.ts";

const KEYS = 50;
const OPERATIONS = 400;
const ROUNDS = 9;
const AT_ONCE = 8;
const LEAST_BYTES = 90_000;
const OWN = "getBody, bytes as they lie";
const PARSED = "ioredis GET + JSON.parse + JSON.stringify";

export interface BodyCost {
  readonly rows: readonly BenchRow[];
  /** CPU of the parsing way over ours. */
  readonly saving: number;
}

/** From Redis to the body of an answer: 100 KB of JSON, uncompressed, so that both ways move the same bytes. */
export async function measureBodies(redis: TestRedis): Promise<BodyCost> {
  const raw = redis.connect();
  const cache = createCache({
    tiers: [redisTier({ client: redis.connect(), prefix: "bench-bodies" })],
    tierTimeout: "5s",
  });
  const options = { ttl: "1h", compression: false } as const;
  const asBytes = cache.namespace<Page>("bytes", { ...options, hold: "bytes" });
  const asValues = cache.namespace<Page>("values", options);
  const keys = Array.from({ length: KEYS }, (_, number) => `page-${number}`);
  for (const key of keys) {
    await raw.set(`raw:${key}`, JSON.stringify(hundredKilobytes(key)));
    await asBytes.getOrLoad(key, () => hundredKilobytes(key));
    await asValues.getOrLoad(key, () => hundredKilobytes(key));
  }
  // Fills go behind the backs of those who read.
  await until(
    async () =>
      (await asBytes.getMany(keys)).size + (await asValues.getMany(keys)).size === 2 * KEYS,
  );
  const load = (): Page => ({ id: "missed", items: [] });
  const ways = new Map<string, (key: string) => Promise<number>>([
    [OWN, async (key) => (await asBytes.getBody(key, load)).body.byteLength],
    [
      "getOrLoad + JSON.stringify",
      async (key) => Buffer.byteLength(JSON.stringify(await asValues.getOrLoad(key, load))),
    ],
    [
      PARSED,
      async (key) => {
        const text = (await raw.get(`raw:${key}`)) ?? "null";
        return Buffer.byteLength(JSON.stringify(JSON.parse(text)));
      },
    ],
    [
      "ioredis getBuffer (no cache)",
      async (key) => (await raw.getBuffer(`raw:${key}`))?.byteLength ?? 0,
    ],
    [
      "ioredis GET + JSON.parse",
      async (key) => {
        const text = (await raw.get(`raw:${key}`)) ?? "null";
        return (JSON.parse(text) as Page).id === key ? LEAST_BYTES : 0;
      },
    ],
  ]);
  const rows = await interleave(
    [...ways].map(([subject, size]) => ({
      subject,
      operations: OPERATIONS,
      run: () => answerAll(size, keys),
    })),
    { metric: "answer of 100 KB", rounds: ROUNDS, against: "ioredis GET + JSON.parse" },
  );
  await cache.close();
  raw.disconnect();
  return { rows, saving: 1 / (rows.find(({ subject }) => subject === OWN)?.ratio ?? Number.NaN) };
}

async function answerAll(
  size: (key: string) => Promise<number>,
  keys: readonly string[],
): Promise<number> {
  let next = 0;
  let answered = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < OPERATIONS) {
        next += 1;
        if ((await size(keys[next % KEYS] ?? "")) >= LEAST_BYTES) answered += 1;
      }
    }),
  );
  return answered;
}
