import { randomBytes } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import fc from "fast-check";
import lz4 from "lz4-napi";
import { describe, expect, test } from "vitest";
import type { Payload, PayloadCompression } from "../../src/tiers/tier.ts";
import {
  type CompressionSample,
  compressPayload,
  decompressPayload,
} from "../../src/values/compression.ts";

function payload(bytes: Buffer, compression: PayloadCompression = "none"): Payload {
  return { format: "json", compression, bytes };
}

const rows = Buffer.from(
  JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ id, title: `Title ${id}` }))),
);

describe.each(["brotli", "lz4"] as const)("%s", (method) => {
  test("gives back what was compressed, in this thread or another", async () => {
    const anything = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const times = fc.integer({ min: 1, max: 200 });
    await fc.assert(
      fc.asyncProperty(anything, times, fc.boolean(), async (bytes, count, isAsync) => {
        const content = Buffer.concat(Array.from({ length: count }, () => bytes));
        const asyncFromBytes = isAsync ? 0 : Number.POSITIVE_INFINITY;
        const options = { method, lz4, thresholdBytes: 0, asyncFromBytes };
        const packed = await compressPayload(payload(content), options);
        const unpacked = await decompressPayload(packed, { lz4, asyncFromBytes });
        expect(unpacked).toEqual(payload(content));
      }),
      { numRuns: 60 },
    );
  });

  test("leaves small payloads alone", () => {
    const small = payload(Buffer.alloc(1000, "a"));
    expect(compressPayload(small, { method, lz4 })).toBe(small);
  });

  test("is kept only where it saves enough, and is recorded either way", () => {
    const samples: CompressionSample[] = [];
    const record = (sample: CompressionSample): void => {
      samples.push(sample);
    };
    const noise = payload(randomBytes(20_000));
    const options = { method, lz4, record, asyncFromBytes: Number.POSITIVE_INFINITY };
    expect(compressPayload(noise, options)).toBe(noise);
    expect(compressPayload(payload(rows), options)).toMatchObject({ compression: method });
    expect(samples.map(({ isKept }) => isKept)).toEqual([false, true]);
    expect(samples.every((sample) => sample.method === method)).toBe(true);
    expect(samples[1]?.toBytes).toBeLessThan(rows.length / 2);
  });

  test.each([0, Number.POSITIVE_INFINITY])(
    "refuses a bomb and rubbish, async from %d bytes",
    async (asyncFromBytes) => {
      const zeros = Buffer.alloc(10_000_000);
      const bomb = method === "brotli" ? brotliCompressSync(zeros) : lz4.compressSync(zeros);
      const options = { lz4, asyncFromBytes, maxBytes: 1_000_000 };
      const unpack = async (bytes: Buffer): Promise<Payload> =>
        decompressPayload(payload(bytes, method), options);
      await expect(unpack(bomb)).rejects.toMatchObject({ code: "SG_CACHE_PAYLOAD_TOO_LARGE" });
      const rubbish = Buffer.from([9, 0, 0, 0, 255, 255, 255, 7]);
      await expect(unpack(rubbish)).rejects.toMatchObject({ code: "SG_CACHE_PAYLOAD_CORRUPT" });
      await expect(unpack(bomb.subarray(0, bomb.length >> 1))).rejects.toThrow();
    },
  );
});

test("lz4 that was not handed in is asked for by name", () => {
  const large = payload(rows);
  const missing = expect.objectContaining({ code: "SG_CACHE_CODEC_MISSING" });
  expect(() => compressPayload(large, { method: "lz4" })).toThrow(missing);
  expect(() => decompressPayload(payload(lz4.compressSync(rows), "lz4"))).toThrow(missing);
});

test("an lz4 payload without its length is refused", () => {
  expect(() => decompressPayload(payload(Buffer.from([1]), "lz4"), { lz4 })).toThrow("cut off");
});

test("an unknown compression is refused", () => {
  const stored = payload(rows, "zstd" as PayloadCompression);
  expect(() => decompressPayload(stored)).toThrow("zstd");
});
