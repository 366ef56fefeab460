import { StreamGateError } from "@streamgate/core";

/** An option cannot be. */
export function badRedisTierOption(
  name: string,
  value: number | string,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_BAD_OPTION",
    tried: `make a Redis tier with ${name} = ${value}`,
    happened: `it is not ${wanted}`,
    remedy: "leave it out to take the default, or give such a value",
  });
}

/** A fill came with a stamp that another tier made. */
export function foreignRedisStamp(tier: string, maker: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_FOREIGN_STAMP",
    tried: `fill the tier ${tier}`,
    happened: `the stamp was made by the tier ${maker}`,
    remedy: "hand each tier the stamp that its own begin() gave",
  });
}

/** Too much waits for answers already; one more would only take memory. */
export function redisTierOverloaded(commands: number, sizeBytes: number): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_REDIS_OVERLOADED",
    tried: "send one more command to Redis",
    happened: `${commands} commands with ${sizeBytes} bytes of values wait for their answers already`,
    remedy: "find out why Redis is slow or silent, or raise maxOutstanding",
  });
}
