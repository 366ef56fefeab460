import { type Clock, type Random, seededRandom, systemClock } from "@streamgate/core";
import type { RedisClient } from "../../redis/client.ts";
import { badBusOption } from "./errors.ts";

export interface RedisBusOptions {
  /** An ioredis 5 or 6 or iovalkey client, or a cluster of them. It stays yours; the bus closes only its duplicate. */
  readonly client: RedisClient;
  /** Of the cache, without braces; caches with one prefix on one Redis hear each other. */
  readonly prefix: string;
  /**
   * For how long a process may trust its memory without hearing from Redis, in milliseconds, 20 to 60,000.
   * @default 1000
   */
  readonly leaseMs?: number;
  /**
   * How many messages Redis keeps for those who were cut off, 100 to 10,000,000. Who missed more forgets its memory.
   * @default 10000
   */
  readonly streamLength?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** Spreads reconnections over time. @default seeded by the monotonic clock */
  readonly random?: Random;
}

export type ResolvedBusOptions = Required<RedisBusOptions>;

const LIMITS = { leaseMs: [20, 60_000], streamLength: [100, 10_000_000] } as const;

/** The options with their defaults. @throws SG_CACHE_BUS_OPTION when one is out of range */
export function resolveBusOptions(options: RedisBusOptions): ResolvedBusOptions {
  const { clock = systemClock, leaseMs = 1000, streamLength = 10_000 } = options;
  for (const [name, value] of Object.entries({ leaseMs, streamLength })) {
    const [least, most] = LIMITS[name as keyof typeof LIMITS];
    if (!Number.isInteger(value) || value < least || value > most)
      throw badBusOption(name, value, `a whole number from ${least} to ${most}`);
  }
  if (options.prefix === "" || /[{}]/.test(options.prefix))
    throw badBusOption("prefix", options.prefix, "a text without braces that is not empty");
  const random = options.random ?? seededRandom(clock.monotonicMs() * 1e6);
  return { client: options.client, prefix: options.prefix, leaseMs, streamLength, clock, random };
}
