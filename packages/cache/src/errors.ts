import { StreamGateError } from "@streamgate/core";

/** An option that cannot be. */
export function badCacheOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BAD_OPTION",
    tried: `make a cache with ${name} = ${describe(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** Memory in front of a shared tier would not hear what other processes invalidate. */
export function busMissing(tier: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BUS_MISSING",
    tried: `keep values, or known ids, in memory in front of the shared tier ${tier}`,
    happened: "without a bus this process would not hear what others invalidate or add",
    remedy:
      'give a bus, such as redisBus({ client, prefix }); or bus: "none" where only one process writes and reads',
  });
}

/** A tag, an id or a namespace that cannot be one. */
export function badCacheKey(what: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BAD_KEY",
    tried: `use ${describe(value)} as ${what}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the call",
  });
}

/** A value that cannot be stored so that it comes back equal. */
export function valueNotStorable(key: string, reason: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_VALUE_NOT_STORABLE",
    tried: `store a value under ${key}`,
    happened: reason,
    remedy:
      "store plain data: objects, arrays, strings, numbers, BigInt, Date, Map, Set, typed arrays, Buffer",
  });
}

/** A value whose stored bytes mean nothing to an HTTP client. */
export function valueHasNoBody(
  namespace: string,
  id: string | number,
  format: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_NO_BODY",
    tried: `send ${namespace}:${id} as the body of an answer`,
    happened: `it is stored as ${format}, as it holds more than JSON can say`,
    remedy:
      "let the loader give plain JSON, text or a Buffer, or use getOrLoad and encode it yourself",
  });
}

/** A loader did not finish in time. */
export function loadTimedOut(key: string, afterMs: number): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_LOAD_TIMEOUT",
    tried: `load ${key}`,
    happened: `the loader did not finish within ${afterMs} ms`,
    remedy: "look at what it waits for, or raise hardTimeout; its signal is aborted at that time",
  });
}

/** An invalidation that some tier or the bus has not acknowledged; it goes on being tried. */
export function invalidationPending(
  tags: readonly string[],
  where: string,
  reason: string,
): StreamGateError {
  const shown = tags.slice(0, 3).join(", ");
  return new StreamGateError({
    code: "SG_CACHE_INVALIDATION_PENDING",
    tried: `invalidate ${tags.length > 3 ? `${shown} and ${tags.length - 3} more` : shown}`,
    happened: `done in this process, but ${where} did not acknowledge it: ${reason}`,
    remedy:
      "it is tried again until it succeeds; until then other processes may serve what was stored there",
  });
}

/** Nobody said how the values of a namespace are loaded. */
export function notWarmable(namespace: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_NOT_WARMABLE",
    tried: `warm the namespace ${describe(namespace)}`,
    happened: "the application did not say how its values are loaded, or has no such namespace",
    remedy: "call cache.namespace(name).warmableBy(load) where the application starts",
  });
}

/** Used after its end. */
export function cacheClosed(): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_CLOSED",
    tried: "use the cache",
    happened: "it was closed",
    remedy: "close it after the last request",
  });
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
