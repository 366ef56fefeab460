import type { SeriesPoint } from "@streamgate/monitor";
import type { WatchedRedis } from "../../platform/platform-configuration.ts";
import type { Collector } from "../collector.ts";
import { redisConnection } from "./redis-connection.ts";
import type { RedisInfo } from "./redis-info.ts";
import { redisPoints } from "./redis-points.ts";

const TIMEOUT_MS = 15_000;

/** Reads what a Redis counts, and tells it as what happened between readings. */
export function redisCollector(
  redis: WatchedRedis,
  feed: (points: readonly SeriesPoint[]) => void,
): Collector {
  const connection = redisConnection(redis.url);
  let before:
    | { readonly infos: ReadonlyMap<string, RedisInfo>; readonly monotonicMs: number }
    | undefined;
  return {
    source: {
      id: `redis:${redis.name}`,
      kind: "redis",
      name: redis.name,
      everyMs: redis.intervalMs,
    },
    definition: JSON.stringify(["redis", redis.name, redis.url, redis.intervalMs]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async ({ signal, atMs, monotonicMs }) => {
      const infos = await connection.read(signal);
      signal.throwIfAborted();
      const spanMs = Math.round(
        before === undefined ? redis.intervalMs : monotonicMs - before.monotonicMs,
      );
      feed(redisPoints(redis.name, before?.infos, infos, { atMs, spanMs }));
      before = { infos: new Map(infos.map((info) => [info.runId, info])), monotonicMs };
      return undefined;
    },
    rest: async () => {
      before = undefined;
      await connection.close();
    },
  };
}
