import fc from "fast-check";
import { expect, test } from "vitest";
import { EpochTable, epochNumber, NO_EPOCH } from "../../src/tiers/redis/epoch-table.ts";
import { judge } from "../../src/tiers/redis/judge.ts";
import { encodeValue, type ValueHeader } from "../../src/tiers/redis/value-header.ts";
import {
  PAYLOAD_COMPRESSIONS,
  PAYLOAD_FORMATS,
  type Payload,
  type StoredValue,
} from "../../src/tiers/tier.ts";

const GENERATION = "Ab-_12345678";

const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
const anyPayload: fc.Arbitrary<Payload> = fc.record({
  format: fc.constantFrom(...PAYLOAD_FORMATS),
  compression: fc.constantFrom(...PAYLOAD_COMPRESSIONS),
  bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
});
const anyTags = fc.uniqueArray(anyText, { minLength: 1, maxLength: 6 });

function headerOf(tags: readonly string[], parts: Partial<ValueHeader> = {}): ValueHeader {
  return {
    generation: GENERATION,
    number: 7,
    beganAtMs: 1_000,
    filledAtMs: 1_250,
    ttlMs: 60_000,
    loadMs: 250,
    tags,
    ...parts,
  };
}

/** Judges bytes with every tag's epoch known to be `epoch`. */
function judgeWith(
  bytes: Buffer,
  expected: readonly string[],
  known: readonly string[],
  epoch = `${GENERATION} 7`,
  nowMs = 2_000,
): StoredValue | "none" | "undecided" {
  const epochs = new EpochTable();
  for (const tag of known) epochs.want(tag);
  epochs.note(
    0,
    known.map(() => Buffer.from(epoch)),
    0,
    GENERATION,
  );
  return judge(bytes, { key: "n:1", tags: expected }, epochs, GENERATION, nowMs);
}

test("what was encoded is read back, whatever the tags and the payload are", () => {
  fc.assert(
    fc.property(anyTags, anyTags, anyPayload, (tags, expected, payload) => {
      const bytes = encodeValue(headerOf(tags), payload);
      const found = judgeWith(bytes, expected, [...new Set([...tags, ...expected])]);
      expect(found).toEqual({ payload, tags, ageMs: 1_000, freshMs: 59_250, loadMs: 250 });
    }),
  );
});

test("bytes that were cut off or changed are read as some value or none, and never throw", () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), length: fc.nat() });
  fc.assert(
    fc.property(anyTags, anyPayload, change, (tags, payload, { at, byte, length }) => {
      const bytes = encodeValue(headerOf(tags), payload);
      const cut = bytes.subarray(0, length % bytes.length);
      expect(judgeWith(cut, tags, tags)).toBe("none");
      bytes[at % bytes.length] = byte;
      judgeWith(bytes, tags, tags);
      const noise = Buffer.concat([Buffer.from([1]), payload.bytes]);
      expect(judgeWith(noise, tags, tags)).toBe("none");
    }),
  );
});

test("a value of another version of the format is none", () => {
  const bytes = encodeValue(headerOf(["t"]), {
    format: "json",
    compression: "none",
    bytes: Buffer.from("1"),
  });
  bytes[0] = 2;
  expect(judgeWith(bytes, ["t"], ["t"])).toBe("none");
});

test("a payload is a part of the answer, not a copy of it", () => {
  const payload: Payload = { format: "bytes", compression: "none", bytes: Buffer.from("payload") };
  const bytes = encodeValue(headerOf(["t"]), payload);
  const found = judgeWith(bytes, ["t"], ["t"]);
  if (typeof found === "string") throw new Error(found);
  expect(found.payload.bytes.buffer).toBe(bytes.buffer);
});

test("a value is valid while no epoch of its tags is newer, missing, or of another generation", () => {
  const payload: Payload = { format: "text", compression: "none", bytes: Buffer.from("v") };
  const bytes = encodeValue(headerOf(["t"]), payload);
  const verdict = (epoch: string): string => {
    const found = judgeWith(bytes, ["t"], ["t"], epoch);
    return typeof found === "string" ? found : "valid";
  };
  expect(verdict(`${GENERATION} 6`)).toBe("valid");
  expect(verdict(`${GENERATION} 7`)).toBe("valid");
  expect(verdict(`${GENERATION} 8`)).toBe("none");
  expect(verdict("Other-123456 7")).toBe("none");
  expect(verdict("")).toBe("none");
  expect(verdict(`${GENERATION} `)).toBe("none");
  expect(verdict(`${GENERATION} x`)).toBe("none");
  expect(judgeWith(bytes, [], [])).toBe("undecided");
  const other = encodeValue(headerOf(["t"], { generation: "Other-123456" }), payload);
  expect(judgeWith(other, ["t"], ["t"])).toBe("none");
  const nonsense = encodeValue(headerOf(["t"], { number: Number.NaN }), payload);
  expect(judgeWith(nonsense, ["t"], ["t"])).toBe("none");
});

test("no value is younger than at its fill, or fresher than its time to live", () => {
  const payload: Payload = { format: "text", compression: "none", bytes: Buffer.from("v") };
  const bytes = encodeValue(headerOf(["t"]), payload);
  const found = judgeWith(bytes, ["t"], ["t"], `${GENERATION} 1`, 1_200);
  expect(found).toMatchObject({ ageMs: 250, freshMs: 60_000 });
});

test("epochs are numbers up to 2^53", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      expect(epochNumber(Buffer.from(`${GENERATION} ${number}`), GENERATION)).toBe(number);
    }),
  );
  expect(epochNumber(null, GENERATION)).toBe(NO_EPOCH);
});
