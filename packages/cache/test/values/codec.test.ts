import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import type { Payload, PayloadFormat } from "../../src/tiers/tier.ts";
import { decodeValue, encodeValue, type PayloadCodec } from "../../src/values/codec.ts";
import { type Protected, protectValue } from "../../src/values/protect.ts";
import { jsonValue, scramble, seenOf, storableValue } from "./storable-values.ts";

const packr = new Packr({ moreTypes: true });
const codec: PayloadCodec = {
  format: "msgpack",
  encode: (value) => packr.pack(value),
  decode: (bytes) => packr.unpack(bytes),
};

function storable(value: unknown): Protected {
  const kept = protectValue(value);
  if (!kept.isStorable) throw new Error(kept.reason);
  return kept;
}

function payload(format: PayloadFormat, bytes: Buffer | string): Payload {
  return { format, compression: "none", bytes: Buffer.from(bytes) };
}

describe("what is stored comes back equal", () => {
  test("of every kind that is storable", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const decoded = decodeValue(encodeValue(storable(value)));
        expect(seenOf(decoded)).toBe(seenOf(value));
        expect(isDeepStrictEqual(decoded, value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("as plain JSON where JSON can say it", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const { format, bytes } = encodeValue(storable(value));
        if (format !== "text") expect(JSON.parse(bytes.toString())).toEqual(value);
        expect(["json", "text"]).toContain(format);
        expect(seenOf(decodeValue(payload(format, bytes)))).toBe(seenOf(value));
      }),
    );
  });

  test("by msgpack where that gives it back equal, else without", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const encoded = encodeValue(storable(value), { codec });
        expect(seenOf(decodeValue(encoded, { codec }))).toBe(seenOf(value));
      }),
    );
    expect(encodeValue(storable({ id: 1 }), { codec }).format).toBe("msgpack");
    expect(encodeValue(storable({ id: Object.create(null) }), { codec }).format).toBe(
      "tagged-json",
    );
  });

  test.each<[unknown, PayloadFormat]>([
    ["text", "text"],
    ["\ud800", "json"],
    [Buffer.from("bytes"), "bytes"],
    [new Uint8Array(3), "tagged-json"],
    [{ id: 1 }, "json"],
    [null, "json"],
    [undefined, "tagged-json"],
    [[new Date(0)], "tagged-json"],
  ])("%o is %s", (value, format) => {
    expect(encodeValue(storable(value)).format).toBe(format);
  });
});

describe("a decoded value", () => {
  test("has nothing in common with its payload", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const encoded = encodeValue(storable(value));
        scramble(decodeValue(encoded));
        expect(seenOf(decodeValue(encoded))).toBe(seenOf(value));
      }),
    );
  });

  test("keeps names that mean something elsewhere as names", () => {
    const text = '{"__proto__":{"isAdmin":true},"constructor":"~u","toJSON":1}';
    for (const format of ["json", "tagged-json"] as const) {
      const decoded = decodeValue(payload(format, text)) as Record<string, unknown>;
      expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
      expect(decoded.isAdmin).toBeUndefined();
      expect(Object.keys(decoded)).toEqual(["__proto__", "constructor", "toJSON"]);
    }
  });

  test("of 499 levels is decoded, of more refused", () => {
    let value: unknown = new Map([["bottom", -0]]);
    for (let level = 0; level < 498; level++) {
      value = level % 2 === 0 ? new Map([[level, value]]) : [value];
    }
    expect(seenOf(decodeValue(encodeValue(storable(value))))).toBe(seenOf(value));
    const deep = payload("tagged-json", `${"[".repeat(10_000)}${"]".repeat(10_000)}`);
    expect(() => decodeValue(deep)).toThrow("nested too deep");
  });
});

describe("bytes that no encoder wrote are refused", () => {
  test.each<[string, Payload, string]>([
    ["cut JSON", payload("json", '{"id":'), "SG_CACHE_PAYLOAD_CORRUPT"],
    [
      "JSON that is not UTF-8",
      payload("json", Buffer.from([34, 255, 34])),
      "SG_CACHE_PAYLOAD_CORRUPT",
    ],
    ["text that is not UTF-8", payload("text", Buffer.from([0xc3])), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["an unknown tag", payload("tagged-json", '"~q"'), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["holes outside an array", payload("tagged-json", '{"a":"~h3"}'), "SG_CACHE_PAYLOAD_CORRUPT"],
    [
      "too many holes",
      payload("tagged-json", '["~h999999","~h999999"]'),
      "SG_CACHE_PAYLOAD_CORRUPT",
    ],
    ["a Map with half an entry", payload("tagged-json", '["~M",1]'), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["a BigInt of letters", payload("tagged-json", '"~iabc"'), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["a RegExp that is none", payload("tagged-json", '"~r0::("'), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["bytes that are not there", payload("tagged-json", '"~xB:0:9"'), "SG_CACHE_PAYLOAD_CORRUPT"],
    ["a cut frame", payload("tagged-json", Buffer.from([0, 9])), "SG_CACHE_PAYLOAD_CORRUPT"],
    [
      "a frame of a wrong length",
      payload("tagged-json", Buffer.from([0, 9, 0, 0, 0, 34])),
      "SG_CACHE_PAYLOAD_CORRUPT",
    ],
    ["msgpack without its codec", payload("msgpack", "x"), "SG_CACHE_CODEC_MISSING"],
    [
      "an unknown format",
      { ...payload("json", "1"), format: "v8" as "json" },
      "SG_CACHE_PAYLOAD_CORRUPT",
    ],
    [
      "a compressed payload",
      { ...payload("json", "1"), compression: "brotli" },
      "SG_CACHE_PAYLOAD_CORRUPT",
    ],
  ])("%s", (_, stored, code) => {
    expect(() => decodeValue(stored)).toThrow(expect.objectContaining({ code }));
  });

  test("whatever byte is changed, a value or an error of ours comes out", () => {
    fc.assert(
      fc.property(storableValue, fc.nat(), fc.nat(255), (value, at, byte) => {
        const encoded = encodeValue(storable([value]));
        const bytes = Buffer.from(encoded.bytes);
        bytes[at % bytes.length] = byte;
        try {
          decodeValue({ ...encoded, bytes });
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "SG_CACHE_PAYLOAD_CORRUPT" });
        }
      }),
      { numRuns: 500 },
    );
  });
});
