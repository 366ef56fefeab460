import { StreamGateError } from "@streamgate/core";

/** A filter of known ids was asked for with an option that cannot be. */
export function badBloomOption(name: string, value: number, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BAD_BLOOM_OPTION",
    tried: `make a filter of known ids with ${name} = ${value}`,
    happened: `it is not ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** Bytes that should hold a filter do not; one that is only nearly right would hide rows. */
export function bloomUnreadable(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_BLOOM_UNREADABLE",
    tried: "read a filter of known ids from bytes",
    happened,
    remedy: "build the filter anew from its source",
  });
}
