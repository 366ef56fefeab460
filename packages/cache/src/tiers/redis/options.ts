import { type Clock, type Random, systemClock } from "@streamgate/core";
import type { RedisClient } from "../../redis/client.ts";
import { badRedisTierOption } from "./errors.ts";

/** What a Redis tier is made with. */
export interface RedisTierOptions {
  /**
   * A client of ioredis 5 or 6 or iovalkey, for one server, Sentinel or a Cluster. It stays its owner's, who
   * closes it after the tier. It reads from the primary, and has no `keyPrefix`: give `prefix` instead.
   */
  readonly client: RedisClient;
  /** In front of every key, without braces and blanks. Caches with the same prefix share everything. */
  readonly prefix: string;
  /** Times waiting and, with the server's clock, ages. @default the system's */
  readonly clock?: Clock;
  /** The tier's name in the cache. @default "redis" */
  readonly name?: string;
  /** For new generations and the name of this process. @default the system's randomness */
  readonly random?: Random;
  /**
   * How long the epoch of a tag is kept after its last load, ms. It is kept longer where values live longer. @default 86_400_000 (a day)
   */
  readonly epochTtlMs?: number;
  /**
   * How long Redis counts as verified without being asked again, ms. It bounds for how long a demoted
   * primary that keeps its connections open is read. @default 1_000
   */
  readonly verifiedForMs?: number;
  /** How often who waits for another's load looks by itself, ms, lest a wake-up was lost. @default 250 */
  readonly pollMs?: number;
  /** How many commands may wait for answers; one more is refused. @default 1_000 */
  readonly maxOutstanding?: number;
  /** How many bytes of values may wait to be stored. @default 67_108_864 (64 MiB) */
  readonly maxOutstandingBytes?: number;
}

export type ResolvedRedisTierOptions = Required<Omit<RedisTierOptions, "random">> & {
  readonly random: Random | undefined;
};

const DEFAULTS = {
  clock: systemClock,
  name: "redis",
  epochTtlMs: 86_400_000,
  verifiedForMs: 1_000,
  pollMs: 250,
  maxOutstanding: 1_000,
  maxOutstandingBytes: 67_108_864,
} as const;

const DURATIONS = ["epochTtlMs", "verifiedForMs", "pollMs"] as const;
const COUNTS = ["maxOutstanding", "maxOutstandingBytes"] as const;

/** @throws StreamGateError `SG_CACHE_REDIS_BAD_OPTION` */
export function resolveRedisTierOptions(options: RedisTierOptions): ResolvedRedisTierOptions {
  const resolved = { ...DEFAULTS, ...options, random: options.random };
  if (!/^[^{}\s]+$/.test(resolved.prefix))
    throw badRedisTierOption("prefix", resolved.prefix, "a text without braces and blanks");
  if (resolved.name === "") throw badRedisTierOption("name", '""', "a name");
  for (const name of DURATIONS) {
    if (!Number.isFinite(resolved[name]) || resolved[name] < 1)
      throw badRedisTierOption(name, resolved[name], "a number of milliseconds of at least 1");
  }
  for (const name of COUNTS) {
    if (!Number.isInteger(resolved[name]) || resolved[name] < 1)
      throw badRedisTierOption(name, resolved[name], "a whole number of at least 1");
  }
  const keyPrefix: unknown = Reflect.get(
    Object(Reflect.get(options.client, "options")),
    "keyPrefix",
  );
  if (typeof keyPrefix === "string" && keyPrefix !== "")
    throw badRedisTierOption("client.options.keyPrefix", keyPrefix, "empty; give `prefix` instead");
  return resolved;
}
