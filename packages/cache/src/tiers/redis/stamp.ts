import { redisAnswerUnreadable } from "../../redis/errors.ts";
import type { TierStamp } from "../tier.ts";
import { foreignRedisStamp } from "./errors.ts";

/** What Redis knew when a load began. */
export interface RedisStamp extends TierStamp {
  readonly generation: string;
  readonly number: number;
  /** The newest epoch among the tags; claims are judged by it. */
  readonly newest: number;
}

export function readStamp(tier: string, answer: readonly unknown[]): RedisStamp {
  const [generation, number, newest] = answer;
  if (!Number.isSafeInteger(number) || !Number.isSafeInteger(newest))
    throw redisAnswerUnreadable("read a stamp from Redis");
  return { tier, generation: String(generation), number: Number(number), newest: Number(newest) };
}

/** @throws StreamGateError `SG_CACHE_REDIS_FOREIGN_STAMP` */
export function ownStamp(tier: string, stamp: TierStamp): RedisStamp {
  if (stamp.tier === tier && isRedisStamp(stamp)) return stamp;
  throw foreignRedisStamp(tier, stamp.tier);
}

function isRedisStamp(stamp: TierStamp): stamp is RedisStamp {
  return "generation" in stamp && "number" in stamp && "newest" in stamp;
}
