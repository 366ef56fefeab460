import type { SeriesPoint } from "@streamgate/monitor";
import { counter, gauge, type Interval } from "../database/database-points.ts";
import type { RedisInfo } from "./redis-info.ts";

type NumberKey = {
  readonly [Key in keyof RedisInfo]: RedisInfo[Key] extends number | undefined ? Key : never;
}[keyof RedisInfo];

const GAUGES: readonly (readonly [string, NumberKey])[] = [
  ["streamgate_redis_memory_bytes", "memoryBytes"],
  ["streamgate_redis_memory_limit_bytes", "memoryLimitBytes"],
  ["streamgate_redis_clients", "clients"],
  ["streamgate_redis_keys", "keys"],
];

const COUNTERS: readonly (readonly [string, NumberKey])[] = [
  ["streamgate_redis_commands", "commands"],
  ["streamgate_redis_hits", "hits"],
  ["streamgate_redis_misses", "misses"],
  ["streamgate_redis_evicted_keys", "evictedKeys"],
  ["streamgate_redis_expired_keys", "expiredKeys"],
];

/** One server, or the primaries of a cluster together, between two readings. */
export function redisPoints(
  redis: string,
  before: ReadonlyMap<string, RedisInfo> | undefined,
  now: readonly RedisInfo[],
  interval: Interval,
): SeriesPoint[] {
  const labels = { redis };
  const gauges = GAUGES.flatMap(([name, key]) => {
    const values = now.map((info) => info[key]);
    // What one of them does not tell is not known of all.
    const known = values.filter((value) => value !== undefined);
    if (known.length < values.length || known.length === 0) return [];
    return [gauge(name, labels, sum(known), interval)];
  });
  if (before === undefined) return gauges;
  const counters = COUNTERS.flatMap(([name, key]) => {
    const increases = now.flatMap((info) => {
      const increase = increaseOf(before.get(info.runId), info, key, interval.spanMs);
      return increase === undefined ? [] : [increase];
    });
    return increases.length === 0 ? [] : [counter(name, labels, sum(increases), interval)];
  });
  return [...gauges, ...counters];
}

/** Of a server that started since, all that it counts is new; of one that was not seen before, nobody knows. */
function increaseOf(
  before: RedisInfo | undefined,
  now: RedisInfo,
  key: NumberKey,
  spanMs: number,
): number | undefined {
  const value = now[key];
  if (value === undefined) return undefined;
  if (before === undefined) return now.uptimeMs < spanMs ? value : undefined;
  const early = before[key] ?? 0;
  // CONFIG RESETSTAT lets it fall.
  return value >= early ? value - early : value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
