import { StreamGateError } from "@streamgate/core";

/** The connection was lost again and again while one operation was tried. */
export function serverInDoubt(attempts: number): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_IN_DOUBT",
    tried: "use Redis for the cache",
    happened: `the connection was lost or its server changed ${attempts} times meanwhile, so no answer can be trusted`,
    remedy: "look at what ends the connections; the cache goes on from the source meanwhile",
  });
}

/** Redis answered something that is no answer to what was sent. */
export function redisAnswerUnreadable(tried: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_ANSWER",
    tried,
    happened: "the answer has not the form that Redis gives",
    remedy:
      "check what stands between this process and Redis, and that no other program uses the cache's prefix",
  });
}

/** The tier or its session was used after `close()`. */
export function redisClosed(tried: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_CLOSED",
    tried: `${tried} with Redis`,
    happened: "the tier was closed",
    remedy: "close the tier last, after everybody who uses it",
  });
}
