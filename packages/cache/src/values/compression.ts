import { promisify } from "node:util";
import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
} from "node:zlib";
import type { Payload, PayloadCompression } from "../tiers/tier.ts";
import { codecMissing, payloadCorrupt, payloadTooLarge } from "./errors.ts";

/**
 * The part of lz4-napi that is used: its block format, which begins with the length of the content in
 * four bytes, little-endian.
 *
 * @example
 * ```ts
 * import lz4 from "lz4-napi";
 * import type { Lz4 } from "@streamgate/cache";
 * const handedIn: Lz4 = lz4;
 * ```
 */
export interface Lz4 {
  compressSync(data: Buffer): Buffer;
  uncompressSync(data: Buffer): Buffer;
  compress(data: Buffer): Promise<Buffer>;
  uncompress(data: Buffer): Promise<Buffer>;
}

/** What one attempt at compression brought. */
export interface CompressionSample {
  readonly method: Exclude<PayloadCompression, "none">;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** False when it saved too little: the payload stays as it was. */
  readonly isKept: boolean;
}

export interface CompressionOptions {
  /** @default "brotli" */
  readonly method?: PayloadCompression;
  /** Needed for `lz4`. */
  readonly lz4?: Lz4;
  /**
   * Smaller payloads stay as they are, in bytes. At 8 KiB brotli takes a fifth of the room and unpacking
   * adds half of what parsing costs; below 4 KiB its fixed cost is about as large as that of parsing.
   * @default 8192
   */
  readonly thresholdBytes?: number;
  /** Larger payloads are compressed in another thread, in bytes; 64 KiB hold the loop for 0.1 ms. @default 65536 */
  readonly asyncFromBytes?: number;
  /** The part of the size that must be saved for the result to be kept, 0 to 1. @default 0.1 */
  readonly minimumSaving?: number;
  /** Told of every attempt. */
  readonly record?: (sample: CompressionSample) => void;
}

export interface DecompressionOptions {
  /** Needed for payloads that were written with lz4. */
  readonly lz4?: Lz4;
  /** A payload that would become larger is refused, in bytes. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** Compressed payloads from here on are unpacked in another thread, in bytes. @default 32768 */
  readonly asyncFromBytes?: number;
}

const DEFAULTS = {
  thresholdBytes: 8 * 1024,
  asyncFromBytes: 64 * 1024,
  minimumSaving: 0.1,
  maxBytes: 64 * 1024 * 1024,
  asyncUnpackFromBytes: 32 * 1024,
} as const;

const brotliInThread = promisify(brotliCompress);
const unbrotliInThread = promisify(brotliDecompress);

/** Quality 1: the others save a little more room for a multiple of the time. */
function brotliOptions(sizeBytes: number): { params: Record<number, number> } {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes,
    },
  };
}

/**
 * The payload compressed, or itself where that does not pay. A promise only for large ones. Throws, or
 * rejects with, `SG_CACHE_CODEC_MISSING` when lz4 is asked for and not there.
 */
export function compressPayload(
  payload: Payload,
  options: CompressionOptions = {},
): Payload | Promise<Payload> {
  const method = options.method ?? "brotli";
  const sizeBytes = payload.bytes.byteLength;
  if (method === "none" || payload.compression !== "none") return payload;
  if (sizeBytes < (options.thresholdBytes ?? DEFAULTS.thresholdBytes)) return payload;
  const judge = (bytes: Buffer): Payload => {
    const limit = sizeBytes * (1 - (options.minimumSaving ?? DEFAULTS.minimumSaving));
    const isKept = bytes.byteLength <= limit;
    options.record?.({ method, fromBytes: sizeBytes, toBytes: bytes.byteLength, isKept });
    return isKept ? { format: payload.format, compression: method, bytes } : payload;
  };
  const isLarge = sizeBytes >= (options.asyncFromBytes ?? DEFAULTS.asyncFromBytes);
  if (method === "brotli") {
    const settings = brotliOptions(sizeBytes);
    return isLarge
      ? brotliInThread(payload.bytes, settings).then(judge)
      : judge(brotliCompressSync(payload.bytes, settings));
  }
  if (options.lz4 === undefined) throw codecMissing("lz4");
  return isLarge
    ? options.lz4.compress(payload.bytes).then(judge)
    : judge(options.lz4.compressSync(payload.bytes));
}

/**
 * The payload uncompressed; itself when it is. A promise only for large ones. Throws, or rejects with,
 * `SG_CACHE_PAYLOAD_TOO_LARGE` before more than `maxBytes` are made of it, `SG_CACHE_PAYLOAD_CORRUPT` and
 * `SG_CACHE_CODEC_MISSING`.
 */
export function decompressPayload(
  payload: Payload,
  options: DecompressionOptions = {},
): Payload | Promise<Payload> {
  const { bytes, compression, format } = payload;
  const maxBytes = options.maxBytes ?? DEFAULTS.maxBytes;
  const isLarge = bytes.byteLength >= (options.asyncFromBytes ?? DEFAULTS.asyncUnpackFromBytes);
  const unpacked = (content: Buffer): Payload => ({ format, compression: "none", bytes: content });
  const failed = (thrown: unknown): never => {
    throw unpackingFailed(compression, maxBytes, thrown);
  };
  switch (compression) {
    case "none":
      return payload;
    case "brotli": {
      const limit = { maxOutputLength: maxBytes };
      return isLarge
        ? unbrotliInThread(bytes, limit).then(unpacked, failed)
        : attempt(() => unpacked(brotliDecompressSync(bytes, limit)), failed);
    }
    case "lz4": {
      const { lz4 } = options;
      if (lz4 === undefined) throw codecMissing("lz4");
      if (bytes.byteLength < 4) throw payloadCorrupt("its length is cut off");
      if (bytes.readUInt32LE(0) > maxBytes) throw payloadTooLarge(maxBytes);
      return isLarge
        ? lz4.uncompress(bytes).then(unpacked, failed)
        : attempt(() => unpacked(lz4.uncompressSync(bytes)), failed);
    }
    default:
      throw payloadCorrupt(
        `its compression ${JSON.stringify(compression satisfies never)} is unknown`,
      );
  }
}

function attempt<Result>(run: () => Result, failed: (thrown: unknown) => never): Result {
  try {
    return run();
  } catch (thrown) {
    return failed(thrown);
  }
}

function unpackingFailed(compression: string, maxBytes: number, thrown: unknown): Error {
  const isTooLarge =
    thrown instanceof RangeError && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
  return isTooLarge
    ? payloadTooLarge(maxBytes, thrown)
    : payloadCorrupt(`its bytes are not ${compression}`, thrown);
}
