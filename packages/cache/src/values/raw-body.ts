import type { Payload, PayloadFormat } from "../tiers/tier.ts";
import { type DecompressionOptions, decompressPayload } from "./compression.ts";

/** The body of an HTTP response, made of a stored value without parsing it. */
export interface RawBody {
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentEncoding?: "br";
}

export interface RawBodyOptions extends DecompressionOptions {
  /** Whether the client takes `Content-Encoding: br`; otherwise a compressed payload is unpacked. */
  readonly acceptsBrotli: boolean;
}

const CONTENT_TYPES: Readonly<Partial<Record<PayloadFormat, string>>> = {
  json: "application/json; charset=utf-8",
  text: "text/plain; charset=utf-8",
  bytes: "application/octet-stream",
};

/**
 * A stored value as the body of an HTTP response (RFC 9110 §8.4 for its encoding), or undefined where
 * its bytes mean nothing to a client: tagged JSON and msgpack. A promise only where much must be unpacked.
 * An answer whose encoding depends on the client needs `Vary: Accept-Encoding`.
 *
 * @example
 * ```ts
 * import { encodeValue, protectValue, rawBody } from "@streamgate/cache";
 * const page = protectValue([{ id: 7 }]);
 * if (page.isStorable) rawBody(encodeValue(page), { acceptsBrotli: true }); // { body, contentType }
 * ```
 */
export function rawBody(
  payload: Payload,
  options: RawBodyOptions,
): RawBody | undefined | Promise<RawBody> {
  const contentType = CONTENT_TYPES[payload.format];
  if (contentType === undefined) return undefined;
  if (payload.compression === "brotli" && options.acceptsBrotli) {
    return { body: payload.bytes, contentType, contentEncoding: "br" };
  }
  const unpacked = decompressPayload(payload, options);
  return unpacked instanceof Promise
    ? unpacked.then(({ bytes }) => ({ body: bytes, contentType }))
    : { body: unpacked.bytes, contentType };
}
