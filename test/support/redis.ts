export {
  startTestRedisCluster,
  type TestRedisCluster,
  type TestRedisClusterOptions,
} from "./redis-cluster.ts";
export type { RedisProcess } from "./redis-process.ts";
export {
  startTestSentinel,
  type TestSentinel,
  type TestSentinelOptions,
} from "./redis-sentinel.ts";
export { startTestRedis, type TestRedis, type TestRedisOptions } from "./single-redis.ts";
