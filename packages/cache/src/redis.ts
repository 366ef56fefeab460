export type { RedisBusOptions } from "./bus/redis/options.ts";
export { redisBus } from "./bus/redis/redis-bus.ts";
export type { RedisClient, RedisSubscriber } from "./redis/client.ts";
export type { RedisTierOptions } from "./tiers/redis/options.ts";
export { type RedisTier, redisTier } from "./tiers/redis/redis-tier.ts";
