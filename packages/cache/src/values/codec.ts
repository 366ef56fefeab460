import { isAscii, isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { StreamGateError } from "@streamgate/core";
import type { Payload } from "../tiers/tier.ts";
import { binaryFrom } from "./binary.ts";
import { codecMissing, payloadCorrupt } from "./errors.ts";
import { decodeTaggedJson } from "./tagged-decode.ts";
import { encodeTaggedJson } from "./tagged-encode.ts";

/**
 * An encoding that the user hands in. It is used for the values that it gives back equal, which is tried
 * at each encoding; the others are written as if it were not there.
 *
 * @example
 * ```ts
 * import { Packr } from "msgpackr";
 * import type { PayloadCodec } from "@streamgate/cache";
 * const packr = new Packr({ moreTypes: true });
 * const codec: PayloadCodec = {
 *   format: "msgpack",
 *   encode: (value) => packr.pack(value),
 *   decode: (bytes) => packr.unpack(bytes),
 * };
 * ```
 */
export interface PayloadCodec {
  readonly format: "msgpack";
  encode(value: unknown): Buffer;
  decode(bytes: Buffer): unknown;
}

/** The part of a `Protected` that an encoder needs. */
export interface Encodable {
  readonly value: unknown;
  readonly isPlainJson: boolean;
}

export interface CodecOptions {
  readonly codec?: PayloadCodec;
}

/**
 * Encodes a value that `protectValue` or `protectDecoded` found storable; uncompressed.
 *
 * A string becomes `text`, a bare Buffer `bytes`, what is equal to its JSON `json`, and the rest
 * `tagged-json`.
 *
 * @example
 * ```ts
 * import { decodeValue, encodeValue, protectValue } from "@streamgate/cache";
 * const row = protectValue({ id: 7, tags: new Set(["new"]) });
 * if (row.isStorable) decodeValue(encodeValue(row)); // { id: 7, tags: Set(1) { "new" } }
 * ```
 */
export function encodeValue(encodable: Encodable, options: CodecOptions = {}): Payload {
  const { value, isPlainJson } = encodable;
  if (typeof value === "string" && !LONE_SURROGATE.test(value)) {
    return payload("text", Buffer.from(value, "utf8"));
  }
  if (Buffer.isBuffer(value)) return payload("bytes", value);
  const packed = options.codec === undefined ? undefined : packedEqual(value, options.codec);
  if (packed !== undefined) return payload("msgpack", packed);
  return isPlainJson
    ? payload("json", Buffer.from(JSON.stringify(value), "utf8"))
    : payload("tagged-json", encodeTaggedJson(value));
}

/**
 * The value of an uncompressed payload, new in all its parts: nothing else points into it. Throws
 * `SG_CACHE_PAYLOAD_CORRUPT` for bytes that no encoder wrote and `SG_CACHE_CODEC_MISSING` for msgpack
 * without a codec; the cache counts both as a miss.
 */
export function decodeValue(stored: Payload, options: CodecOptions = {}): unknown {
  if (stored.compression !== "none") throw payloadCorrupt("it is still compressed");
  try {
    return decodeBytes(stored, options.codec);
  } catch (thrown) {
    if (thrown instanceof StreamGateError) throw thrown;
    throw payloadCorrupt(`its bytes are not ${stored.format}`, thrown);
  }
}

function decodeBytes({ format, bytes }: Payload, codec: PayloadCodec | undefined): unknown {
  switch (format) {
    case "json":
      return JSON.parse(textOf(bytes));
    case "tagged-json":
      return decodeTaggedJson(bytes);
    case "text":
      return textOf(bytes);
    case "bytes":
      // A copy: what a client of Redis gives is a part of what it read from the socket.
      return binaryFrom("B", bytes);
    case "msgpack":
      if (codec === undefined) throw codecMissing("msgpack");
      return codec.decode(bytes);
    default:
      throw payloadCorrupt(`its format ${JSON.stringify(format satisfies never)} is unknown`);
  }
}

/** UTF-8 has no bytes for these; JSON escapes them. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function textOf(bytes: Buffer): string {
  // Much faster than to decode UTF-8, and most of what is stored is this.
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (!isUtf8(bytes)) throw payloadCorrupt("its text is not UTF-8");
  return bytes.toString("utf8");
}

function packedEqual(value: unknown, codec: PayloadCodec): Buffer | undefined {
  try {
    const bytes = codec.encode(value);
    return isDeepStrictEqual(codec.decode(bytes), value) ? bytes : undefined;
  } catch {
    // Not a value for this codec; our own encodings know all that is storable.
    return undefined;
  }
}

function payload(format: Payload["format"], bytes: Buffer): Payload {
  return { format, compression: "none", bytes };
}
