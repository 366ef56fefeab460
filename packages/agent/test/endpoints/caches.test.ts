import { connect } from "node:net";
import { type ServingAgent, type StartAgentOptions, startAgent } from "@streamgate/agent";
import { agent as fastifyAgent } from "@streamgate/agent/fastify";
import {
  announceCache,
  type CacheControl,
  type CacheTargets,
  StreamGateError,
} from "@streamgate/core";
import fastify from "fastify";
import { afterEach, expect, test } from "vitest";

const TOKEN = "correct-horse-battery-staple";
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: StartAgentOptions = {}): Promise<ServingAgent> {
  const quiet = { service: "shop", environment: {}, rules: false };
  const agent = await startAgent({ ...quiet, token: TOKEN, ...options });
  ends.push(() => agent.stop());
  return agent;
}

const TOTAL = {
  lookups: 100,
  memoryHits: 90,
  memoryMisses: 10,
  tierHits: { redis: 4 },
  tierMisses: { redis: 6 },
  staleHits: 0,
  knownAbsent: 0,
  misses: 6,
  loads: { loaded: 5, failed: 1 },
  loadMs: { count: 5, sum: 50 },
  savedMs: 940,
  evictions: { invalidated: 3 },
} as const;

/** A cache that remembers what it was told to do. */
function openCache(name: string, more: Partial<CacheControl> = {}): readonly CacheTargets[] {
  const invalidated: CacheTargets[] = [];
  const cache: CacheControl = {
    name,
    statistics: () => ({
      memory: { entries: 3, sizeBytes: 1_000, maxBytes: 64_000 },
      namespaces: [
        {
          name: "user",
          entries: 3,
          sizeBytes: 1_000,
          isWarmable: true,
          total: TOTAL,
          hotKeys: [{ key: "ada@example.com", share: 0.4 }],
        },
      ],
      tiers: [
        {
          name: "redis",
          breaker: "closed",
          total: { answers: 10, timeouts: 0, errors: 0 },
          recent: { answerMs: { count: 10, p95: 1.5 } },
        },
      ],
    }),
    hitRatioCurve: () => [{ multiple: 2, hitRatio: 0.97 }],
    invalidate: async (targets) => void invalidated.push(targets),
    warm: async () => ({ loaded: 2, alreadyThere: 1, failed: 0, ended: "complete" }),
    ...more,
  };
  ends.push(announceCache(cache));
  // The registry keeps nothing alive.
  ends.push(() => cache.name);
  return invalidated;
}

function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(`${url}/streamgate/caches/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function reportOf(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (await fetch(`${url}/streamgate/caches`, { headers })).text();
}

test("caches that were opened before the agent or after it tell what they hold", async () => {
  openCache("before");
  const { url } = await start();
  openCache("after");
  openCache("after");
  const { caches } = JSON.parse(await reportOf(url));
  expect(caches.map(({ name }: { name: string }) => name)).toEqual(["before", "after", "after-2"]);
  expect(caches[0]).toMatchObject({
    memory: { entries: 3, maxBytes: 64_000 },
    namespaces: [{ name: "user", lookups: 100, hotKeys: [{ key: "ada@example.com" }] }],
    tiers: [{ name: "redis", breaker: "closed", p95Ms: 1.5 }],
    curve: [{ multiple: 2, hitRatio: 0.97 }],
  });
});

test("keys leave the process only as the application allows", async () => {
  openCache("shop");
  const { url: hashed } = await start({ cacheKeys: "hashed" });
  const text = await reportOf(hashed);
  expect(text).not.toContain("ada");
  expect(JSON.parse(text).caches[0].namespaces[0].hotKeys[0].key).toMatch(/^…[0-9a-f]{10}$/);
  const { url: none } = await start({ cacheKeys: "none" });
  expect(JSON.parse(await reportOf(none)).caches[0].namespaces[0].hotKeys).toEqual([]);
  await expect(start({ cacheKeys: "all" as "none" })).rejects.toMatchObject({
    code: "SG_AGENT_BAD_OPTION",
  });
});

test("what the caches counted becomes series, by tier and by how loads ended", async () => {
  openCache("shop");
  const agent = await start();
  const totalOf = (name: string, labels: Readonly<Record<string, string>>): number | undefined => {
    const family = agent.registry.collect().find((each) => each.name === name);
    const series = family?.series.find((each) =>
      Object.entries(labels).every(([label, value]) => each.labels[label] === value),
    );
    return series !== undefined && "value" in series ? series.value : undefined;
  };
  expect(totalOf("streamgate_cache_requests", { namespace: "user", outcome: "hit" })).toBe(94);
  const redis = { namespace: "user", tier: "redis", outcome: "miss" };
  expect(totalOf("streamgate_cache_tier_reads", redis)).toBe(6);
  expect(totalOf("streamgate_cache_loads", { namespace: "user", outcome: "failed" })).toBe(1);
  expect(totalOf("streamgate_cache_saved_seconds", { namespace: "user" })).toBeCloseTo(0.94);
  expect(totalOf("streamgate_cache_evictions", { namespace: "user", cause: "invalidated" })).toBe(
    3,
  );
});

test("an invalidation reaches every cache, and what one refuses is told", async () => {
  const refusal = new StreamGateError({
    code: "SG_CACHE_INVALIDATION_PENDING",
    tried: "invalidate",
    happened: "redis did not acknowledge it",
    remedy: "wait",
  });
  const told = openCache("one");
  openCache("two", { invalidate: () => Promise.reject(refusal) });
  const { url } = await start();
  const answer = await post(url, "invalidate", { tags: ["team:7"], keys: ["user:1"] });
  expect(await answer.json()).toEqual({
    outcomes: [
      { cache: "one", isDone: true, detail: "invalidated" },
      { cache: "two", isDone: false, detail: "redis did not acknowledge it" },
    ],
  });
  expect(told).toEqual([{ tags: ["team:7"], keys: ["user:1"] }]);
});

test("an invalidation waits for no profile that is being taken", async () => {
  openCache("shop");
  const { url } = await start();
  const leaving = new AbortController();
  const profile = fetch(`${url}/streamgate/cpu-profile?seconds=30`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: leaving.signal,
  }).catch(() => undefined);
  for (let round = 0; round < 15; round += 1)
    expect((await post(url, "invalidate", { tags: ["a"] })).status).toBe(200);
  leaving.abort();
  await profile;
});

test("warming tells what became of it", async () => {
  openCache("shop");
  const { url } = await start();
  const answer = await post(url, "warm", { namespace: "user", keys: ["1"] });
  expect(await answer.json()).toEqual({
    outcomes: [{ cache: "shop", isDone: true, detail: "2 loaded, 1 were there, 0 failed" }],
  });
  const nowhere = await (await post(url, "warm", { namespace: "other" })).json();
  expect(nowhere).toEqual({ outcomes: [] });
});

test("bodies that name nothing, say something else, are no JSON, are too large or never end are refused", async () => {
  const told = openCache("shop");
  const { url } = await start();
  for (const body of [
    "",
    "{",
    "[]",
    "null",
    {},
    { tags: "a" },
    { tags: [1] },
    { tags: [""] },
    { what: 1 },
  ])
    expect((await post(url, "invalidate", body)).status, JSON.stringify(body)).toBe(400);
  const large = JSON.stringify({ tags: ["x".repeat(2_000_000)] });
  const refused = await post(url, "invalidate", large).catch(() => undefined);
  expect(refused === undefined || refused.status === 413).toBe(true);
  expect((await fetch(`${url}/streamgate/caches/invalidate`, { method: "POST" })).status).toBe(401);
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `POST /streamgate/caches/invalidate HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: 100\r\n\r\n{`,
  );
  socket.destroy();
  expect((await post(url, "invalidate", { tags: ["a"] })).status).toBe(200);
  expect(told).toEqual([{ tags: ["a"], keys: [] }]);
});

test("in a Fastify application the body comes as its parsers read it", async () => {
  const told = openCache("shop");
  const app = fastify();
  ends.push(() => app.close());
  await app.register(fastifyAgent, {
    service: "shop",
    token: TOKEN,
    environment: {},
    rules: false,
    instrumentation: false,
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  expect((await post(url, "invalidate", { namespace: "user" })).status).toBe(200);
  expect(told).toEqual([{ tags: [], keys: [], namespace: "user" }]);
});
