import { StreamGateError } from "@streamgate/core";
import type { Refused } from "./protect.ts";

/** A loaded value holds something that cannot come back equal, or that others could change. */
export function valueRefused(refused: Refused): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_VALUE_REFUSED",
    tried: "store a loaded value",
    happened: refused.reason,
    remedy:
      "return plain data from the loader, without methods, instances of classes and cycles, or give the namespace values: “shared”",
  });
}

/** What lies in a tier is not what an encoder wrote. */
export function payloadCorrupt(happened: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_PAYLOAD_CORRUPT",
    tried: "decode a stored value",
    happened,
    remedy:
      "nothing: it counts as a miss and is loaded anew; if it comes often, look who else writes these keys",
    cause,
  });
}

/** A stored value would take more room when decompressed than is allowed. */
export function payloadTooLarge(maxBytes: number, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_PAYLOAD_TOO_LARGE",
    tried: "decompress a stored value",
    happened: `it is larger than ${maxBytes} bytes`,
    remedy: "raise the maximum if values of this size are meant to be cached",
    cause,
  });
}

/** A stored value needs an optional package that this process was not given. */
export function codecMissing(name: "msgpack" | "lz4"): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_CODEC_MISSING",
    tried: "decode a stored value",
    happened: `it was written with ${name}, and this cache was not given ${name}`,
    remedy: `hand the cache the same ${name === "lz4" ? "lz4-napi" : "msgpackr"} as the processes that write`,
  });
}
