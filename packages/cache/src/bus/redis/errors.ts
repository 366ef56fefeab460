import { messageOf, StreamGateError } from "@streamgate/core";

/** The bus was asked for with an option that cannot be. */
export function badBusOption(
  name: string,
  value: number | string,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_OPTION",
    tried: `make a bus over Redis with ${name} = ${value}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default, or give such a value",
  });
}

/** The bus was used after its end. */
export function busClosed(tried: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_CLOSED",
    tried,
    happened: "the bus was closed",
    remedy: "make a new cache; a closed one cannot be opened again",
  });
}

/** A message did not get to Redis, or nobody knows whether it did. */
export function publishFailed(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_PUBLISH",
    tried: "tell the other processes what was invalidated, over Redis",
    happened: messageOf(cause),
    remedy: "publish it again; hearing a message twice does no harm",
    cause,
  });
}

/** The connection of the follower was given up. */
export function connectionDropped(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_CONNECTION",
    tried: "follow the stream of invalidations",
    happened,
    remedy: "nothing: the bus connects again by itself; check Redis if it does not come back",
  });
}

/** Redis answered something that is no answer to what was sent. */
export function answerUnreadable(tried: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_ANSWER",
    tried,
    happened: "the answer has not the form that Redis gives",
    remedy:
      "check what stands between this process and Redis, and that no other program uses the cache's prefix",
  });
}
