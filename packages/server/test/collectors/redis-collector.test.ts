import type { SeriesPoint } from "@streamgate/monitor";
import { expect, test } from "vitest";
import { startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { startTestRedis, startTestRedisCluster } from "../../../../test/support/redis.ts";
import { redisCollector } from "../../src/collectors/redis/redis-collector.ts";
import { parseInfo } from "../../src/collectors/redis/redis-info.ts";
import { redisPoints } from "../../src/collectors/redis/redis-points.ts";

function watch(url: string) {
  let told: readonly SeriesPoint[] = [];
  let beats = 0;
  const collector = redisCollector({ name: "cache", url, intervalMs: 10_000 }, (points) => {
    told = points;
  });
  return {
    rest: () => collector.rest(),
    read: async (): Promise<readonly SeriesPoint[]> => {
      beats += 1;
      told = [];
      await collector.read({
        signal: AbortSignal.timeout(10_000),
        atMs: beats * 10_000,
        monotonicMs: beats * 10_000,
      });
      return told;
    },
  };
}

function valueIn(points: readonly SeriesPoint[], name: string): number | undefined {
  const point = points.find(({ key }) => key.name === name)?.point;
  return point?.kind === "gauge"
    ? point.last
    : point?.kind === "counter"
      ? point.increase
      : undefined;
}

test("a Redis is told as what happened between readings; a limit that is not set is not zero", async () => {
  const redis = await startTestRedis({ isOwn: true });
  const client = redis.connect();
  const { read, rest } = watch(redis.url);
  await client.set("a", "1");
  const first = await read();
  expect(valueIn(first, "streamgate_redis_hits")).toBeUndefined();
  expect(valueIn(first, "streamgate_redis_memory_limit_bytes")).toBeUndefined();
  expect(valueIn(first, "streamgate_redis_keys")).toBe(1);
  await client.get("a");
  await client.get("a");
  await client.get("b");
  await client.call("CONFIG", "SET", "maxmemory", "100mb");
  const second = await read();
  expect(valueIn(second, "streamgate_redis_hits")).toBe(2);
  expect(valueIn(second, "streamgate_redis_misses")).toBe(1);
  expect(valueIn(second, "streamgate_redis_commands")).toBeGreaterThanOrEqual(4);
  expect(valueIn(second, "streamgate_redis_memory_limit_bytes")).toBe(104_857_600);
  await client.call("CONFIG", "RESETSTAT");
  await client.get("a");
  expect(valueIn(await read(), "streamgate_redis_hits")).toBe(1);
  await rest();
  await redis.stop();
});

test("one that crashes, is silent or refuses says why, and goes on when it is back", async () => {
  const redis = await startTestRedis({ isOwn: true });
  const proxy = await startChaosProxy(redis.port);
  const { read, rest } = watch(`redis://127.0.0.1:${proxy.port}`);
  const client = redis.connect();
  await client.set("a", "1");
  for (let hit = 0; hit < 5; hit += 1) await client.get("a");
  await read();
  await proxy.refuse();
  await expect(read()).rejects.toThrow(/broken off|nothing listens|closed/i);
  await expect(read()).rejects.toThrow("nothing listens there");
  proxy.pass();
  expect(valueIn(await read(), "streamgate_redis_hits")).toBe(0);
  await redis.kill();
  await redis.restart();
  const again = await read().catch(() => read());
  // It has just begun: all that it counts is of this interval.
  expect(valueIn(again, "streamgate_redis_hits")).toBe(0);
  expect(valueIn(again, "streamgate_redis_keys")).toBe(0);
  await rest();
  await proxy.stop();
  await redis.stop();
});

test("a password that is missing or wrong is said", async () => {
  const redis = await startTestRedis({ isOwn: true, settings: { requirepass: "right" } });
  await expect(watch(`redis://127.0.0.1:${redis.port}`).read()).rejects.toThrow(
    /NOAUTH|authentication/i,
  );
  await expect(watch(`redis://:wrong@127.0.0.1:${redis.port}`).read()).rejects.toThrow(
    /WRONGPASS|invalid/i,
  );
  const { read, rest } = watch(`redis://:right@127.0.0.1:${redis.port}`);
  expect(valueIn(await read(), "streamgate_redis_keys")).toBe(0);
  await rest();
  await redis.stop();
});

test("a cluster is told as all its primaries together", async () => {
  const cluster = await startTestRedisCluster();
  const client = cluster.connect();
  for (let key = 0; key < 30; key += 1) await client.set(`key-${key}`, "1");
  const [node] = cluster.nodes;
  const { read, rest } = watch(`redis://127.0.0.1:${node?.port ?? 0}`);
  expect(valueIn(await read(), "streamgate_redis_keys")).toBe(30);
  for (let key = 0; key < 30; key += 1) await client.get(`key-${key}`);
  expect(valueIn(await read(), "streamgate_redis_hits")).toBe(30);
  await rest();
  await cluster.stop();
});

test("a server that was not seen before adds nothing of its past, and one that lies is no number", () => {
  const old = parseInfo("run_id:a\r\nuptime_in_seconds:90000\r\nkeyspace_hits:7000000\r\n", 3);
  const interval = { atMs: 10_000, spanMs: 10_000 };
  expect(
    valueIn(redisPoints("r", new Map(), [old], interval), "streamgate_redis_hits"),
  ).toBeUndefined();
  const liar = parseInfo(
    "run_id:b\r\nkeyspace_hits:many\r\nused_memory:-5\r\nmaxmemory:\r\n:\r\n",
    1,
  );
  expect(liar).toMatchObject({
    hits: undefined,
    memoryBytes: undefined,
    memoryLimitBytes: undefined,
  });
});
