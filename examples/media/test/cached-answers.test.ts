import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../test/support/redis.ts";
import { until } from "../../../test/support/until.ts";
import { createMediaApi, type MediaApi } from "../src/api/media-api.ts";
import { type MediaDatabase, startMediaDatabase } from "./support/media-database.ts";

let database: MediaDatabase;
let redis: TestRedis;
let uncached: MediaApi;

beforeAll(async () => {
  [database, redis] = await Promise.all([startMediaDatabase(), startTestRedis()]);
  uncached = createMediaApi({ databaseUrl: database.url, poolSize: 4 });
});
afterAll(async () => {
  await uncached?.close();
  await redis?.stop();
  await database?.stop();
});

interface Asked {
  readonly method?: "GET" | "POST";
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly payload?: object;
}

function everyRead(): readonly Asked[] {
  const { population } = database;
  const published = [1, 2, 3, 4, 5, 6].filter(
    (id) => population.statusOfContent(id) === "published",
  );
  const [content = 1] = published;
  const creator = population.creatorId(0);
  const curator = population.creatorId(population.curatorRank);
  const collector = population.collectorId(0);
  const contract = population.contractOf(population.ownerOfContent(content));
  const holder = population.walletOf(population.holderOfContent(content));
  const today = new Date().toISOString().slice(0, 10);
  return [
    { url: "/catalogue" },
    { url: "/catalogue?limit=3&before=500" },
    { url: `/content/${content}` },
    { url: "/content/999999999" },
    { url: `/users/${creator}` },
    { url: "/users/999999999" },
    { url: `/users/${creator}/content` },
    { url: `/users/${creator}/content?status=archived&limit=4` },
    { url: `/users/${creator}/content?after=nonsense` },
    { url: `/wallets/${holder}/tokens` },
    { url: `/contracts/${contract}/tokens` },
    { url: `/contracts/${contract}/tokens?limit=2` },
    { url: `/contracts/${contract}/tokens/${content}` },
    { url: `/contracts/${contract}/tokens/999999999` },
    { url: `/users/${collector}/transactions` },
    { url: `/users/${collector}/transactions?status=confirmed&from=2025-01-01T00:00:00Z` },
    { url: `/users/${creator}/statistics?from=2025-12-01&to=2026-01-01` },
    { url: `/users/${creator}/statistics?from=${today}&to=2100-01-01` },
    { url: `/streams/${content}/manifest.m3u8`, headers: { "x-wallet-address": holder } },
    {
      url: `/streams/${content}/manifest.m3u8`,
      headers: { "x-wallet-address": `0x${"ab".repeat(20)}` },
    },
    { url: `/streams/${content}/manifest.m3u8` },
    {
      method: "POST",
      url: `/users/${curator}/keyword-matches`,
      payload: {
        text: population.phraseOfKeyword(population.keywordsOf(population.curatorRank).firstId),
      },
    },
    { method: "POST", url: "/classifications", payload: { text: population.postedText(7) } },
  ];
}

async function ask(api: MediaApi, asked: Asked) {
  const { statusCode, body, headers } = await api.app.inject({ method: "GET", ...asked });
  return { statusCode, body, contentType: headers["content-type"] };
}

let untriedLimit = 100;

/**
 * A page that Redis holds. A load reaches the callers first and Redis behind their backs, and Redis not at all where it took
 * longer than the cache waits: then another page is tried.
 */
async function pageInRedis(api: MediaApi, resource: string, path: string): Promise<string> {
  const fills = () =>
    api.cache?.statistics().namespaces.find(({ name }) => name === resource)?.total.fills;
  while (untriedLimit > 50) {
    const url = `${path}?limit=${untriedLimit}`;
    untriedLimit -= 1;
    const settledBefore = sumOf(fills());
    const storedBefore = fills()?.stored ?? 0;
    await api.app.inject(url);
    await until(() => sumOf(fills()) > settledBefore, 500).catch(() => undefined);
    if ((fills()?.stored ?? 0) > storedBefore) return url;
  }
  throw new Error("Redis took nothing");
}

function sumOf(counts: Readonly<Record<string, number>> = {}): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe.each(["memory", "redis"] as const)("with the cache %s", (cache) => {
  test("every answer is the same as without, loaded, kept, and kept by another process", async () => {
    const options = { databaseUrl: database.url, poolSize: 4, cache, redisUrl: redis.url };
    const first = createMediaApi(options);
    const second = createMediaApi(options);
    try {
      await Promise.all([first.cache?.ready(), second.cache?.ready()]);
      for (const asked of everyRead()) {
        const expected = await ask(uncached, asked);
        for (const api of [first, first, second, second]) {
          expect(await ask(api, asked), asked.url).toEqual(expected);
        }
      }
    } finally {
      await first.close();
      await second.close();
    }
  });

  test("what was read before is answered without a statement", async () => {
    const api = createMediaApi({ databaseUrl: database.url, cache, redisUrl: redis.url });
    try {
      await api.cache?.ready();
      const asked = everyRead().filter(({ url }) => !url.includes("nonsense"));
      for (const each of asked) await ask(api, each);
      await database.query("select pg_stat_statements_reset()");
      for (const each of asked) await ask(api, each);
      const [row] = await database.query(
        "select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query ~ '\\m(content|users|nft|transactions|keywords|filter_configs|analytics_events|ai_classification_cache)\\M'",
      );
      expect(row?.calls).toBe(0);
    } finally {
      await api.close();
    }
  });
});

test("Cache-Status says who answered: the database, memory, or what processes share", async () => {
  const options = { databaseUrl: database.url, cache: "redis", redisUrl: redis.url } as const;
  const [first, second] = [createMediaApi(options), createMediaApi(options)];
  try {
    await Promise.all([first.cache?.ready(), second.cache?.ready()]);
    const statusOf = async (api: MediaApi, url: string) =>
      (await api.app.inject(url)).headers["cache-status"];
    const feed = "/users/11/content";
    expect(await statusOf(first, feed)).toBe("shared; fwd=miss, memory; fwd=miss");
    expect(await statusOf(first, feed)).toBe("memory; hit");
    await until(async () => {
      const page = await pageInRedis(first, "feed", feed);
      return (await statusOf(second, page)) === "shared; hit, memory; fwd=miss";
    });
  } finally {
    await first.close();
    await second.close();
  }
});

test("a compressed answer reaches a client that takes it as it lies in Redis, and any other unpacked", async () => {
  const options = { databaseUrl: database.url, cache: "redis", redisUrl: redis.url } as const;
  const user = 9;
  await database.query(
    "insert into transactions (user_id, nft_id, kind, status, amount_wei, transaction_hash) select $1, 1, 'sale', 'confirmed', number, '0x' || number from generate_series(1, 100) as number",
    [user],
  );
  const [first, second] = [createMediaApi(options), createMediaApi(options)];
  try {
    await Promise.all([first.cache?.ready(), second.cache?.ready()]);
    const readPacked = async (url: string) =>
      second.app.inject({ url, headers: { "accept-encoding": "gzip, br" } });
    let url = "";
    await until(async () => {
      url = await pageInRedis(first, "transactions", `/users/${user}/transactions`);
      return (await readPacked(url)).headers["content-encoding"] === "br";
    });
    const plain = await first.app.inject(url);
    const packed = await readPacked(url);
    const unpacked = await second.app.inject({
      url,
      headers: { "accept-encoding": "br;q=0, gzip" },
    });
    expect(packed.headers.vary).toBe("accept-encoding");
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(unpacked.headers["content-encoding"]).toBeUndefined();
    expect(unpacked.body).toBe(plain.body);
  } finally {
    await first.close();
    await second.close();
  }
});

describe("who may watch", () => {
  test("is judged for each caller, whoever filled the cache", async () => {
    const { population } = database;
    const api = createMediaApi({ databaseUrl: database.url, cache: "memory" });
    const url = `/streams/1/manifest.m3u8`;
    const holder = population.walletOf(population.holderOfContent(1));
    const asAnybody = { "x-wallet-address": `0x${"cd".repeat(20)}` };
    try {
      await database.query("update content set status = 'published' where id = 1");
      const statuses: number[] = [];
      for (const headers of [asAnybody, { "x-wallet-address": holder }, asAnybody, {}]) {
        statuses.push((await api.app.inject({ url, headers })).statusCode);
      }
      expect(statuses).toEqual([403, 200, 403, 401]);
    } finally {
      await api.close();
    }
  });
});

describe("the books", () => {
  test("are JSON, or OpenMetrics for who asks for it first", async () => {
    const api = createMediaApi({ databaseUrl: database.url, cache: "memory" });
    try {
      await api.app.inject("/content/1");
      await api.app.inject("/content/1");
      const books = (await api.app.inject("/internal/cache")).json();
      const content = books.namespaces.find(({ name }: { name: string }) => name === "content");
      expect(content).toMatchObject({ ttlMs: 3_600_000, total: { lookups: 2, memoryHits: 1 } });
      const accept = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5";
      const metrics = await api.app.inject({ url: "/internal/cache", headers: { accept } });
      expect(metrics.headers["content-type"]).toContain("application/openmetrics-text");
      expect(metrics.body).toContain('streamgate_cache_lookups_total{namespace="content"} 2');
    } finally {
      await api.close();
    }
  });

  test("are for this machine only, and there are none without a cache", async () => {
    const api = createMediaApi({ databaseUrl: database.url, cache: "memory" });
    try {
      const elsewhere = { url: "/internal/cache", remoteAddress: "192.0.2.7" };
      expect((await api.app.inject(elsewhere)).statusCode).toBe(403);
      expect((await uncached.app.inject("/internal/cache")).statusCode).toBe(404);
    } finally {
      await api.close();
    }
  });
});

test("a table that was written past the API is announced, and what is made from it falls", async () => {
  const api = createMediaApi({ databaseUrl: database.url, cache: "memory" });
  try {
    const nameOf = async () => (await api.app.inject("/users/3")).json().displayName;
    await nameOf();
    await database.query("update users set display_name = 'Past the API' where id = 3");
    const announced = await api.app.inject({
      method: "POST",
      url: "/internal/cache/invalidations",
      payload: { tables: ["users"] },
    });
    expect(announced.statusCode).toBe(204);
    expect(await nameOf()).toBe("Past the API");
  } finally {
    await api.close();
  }
});
