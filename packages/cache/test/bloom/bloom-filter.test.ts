import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BloomFilter } from "../../src/bloom/bloom-filter.ts";

const COUNT = 100_000;

const SHAPES: Readonly<Record<string, (number: number) => string>> = {
  "sequential numbers": (number) => String(number),
  "padded numbers": (number) => `user-${String(number).padStart(12, "0")}`,
  "digits with fillers": (number) => String(number).padStart(8, "0").split("").join("_"),
  uuids: (number) =>
    `${hex(number, 1)}-${hex(number, 2).slice(4)}-4${hex(number, 3).slice(5)}-8${hex(number, 4).slice(5)}-${hex(number, 5)}${hex(number, 6).slice(4)}`,
  "long strings": (number) =>
    `${"a long prefix/".repeat(40)}${number}${"/and a long end".repeat(40)}`,
  unicode: (number) => `né€日本-😀-${number}-ключ`,
  "units outside latin": (number) =>
    String.fromCharCode(0x4e00 + (number % 5_000), 0x4e00 + Math.floor(number / 5_000)),
};

describe.each(Object.entries(SHAPES))("ids that are %s", (_, idOf) => {
  test("are all found, and at most 1.1 % of others", () => {
    const filter = new BloomFilter({ expectedIds: COUNT });
    for (let number = 0; number < COUNT; number += 1) filter.add(idOf(number));

    let denied = 0;
    let mistaken = 0;
    for (let number = 0; number < COUNT; number += 1) {
      if (!filter.mayContain(idOf(number))) denied += 1;
      if (filter.mayContain(idOf(number + COUNT))) mistaken += 1;
    }

    expect(denied).toBe(0);
    expect(mistaken / COUNT).toBeLessThan(0.011);
    expect(filter.links).toBe(1);
    expect(filter.sizeBytes * 8).toBeLessThan(COUNT * 10 + 1_024);
  });
});

test("a number is the same id as its decimal text", () => {
  const filter = new BloomFilter({ expectedIds: 10 });
  filter.add(42);
  expect(filter.mayContain("42")).toBe(true);
});

test("the empty id is an id", () => {
  const filter = new BloomFilter({ expectedIds: 1_000 });
  expect(filter.mayContain("")).toBe(false);
  filter.add("");
  expect(filter.mayContain("")).toBe(true);
});

test("no id that was added is ever denied, however many come and however small it was planned", () => {
  const ids = fc.uniqueArray(fc.oneof(fc.string(), fc.uuid(), fc.integer()), { maxLength: 2_000 });
  const bytes = fc.constantFrom(128, 1_024, Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(ids, fc.integer({ min: 0, max: 50 }), bytes, (given, expectedIds, maxBytes) => {
      const filter = new BloomFilter({ expectedIds, maxBytes });
      for (const id of given) filter.add(id);
      expect(given.filter((id) => !filter.mayContain(id))).toEqual([]);
      expect(filter.sizeBytes).toBeLessThanOrEqual(maxBytes);
    }),
  );
});

test("a hundred times the planned ids keep false positives below twice the planned rate", () => {
  const filter = new BloomFilter({ expectedIds: 1_000 });
  for (let number = 0; number < COUNT; number += 1) filter.add(`row:${number}`);

  const mistaken = countMistaken(filter);
  expect(filter.links).toBeGreaterThan(3);
  expect(filter.saturation).toBeLessThanOrEqual(1);
  expect(mistaken / COUNT).toBeLessThan(0.02);
  expect(mistaken / COUNT).toBeCloseTo(filter.falsePositiveRate, 2);
});

test("a filter that may not grow tells how far it is over its plan and what that costs", () => {
  const filter = new BloomFilter({ expectedIds: 1_000, maxBytes: 1_250 });
  for (let number = 0; number < 5_000; number += 1) filter.add(`row:${number}`);

  expect(filter.sizeBytes).toBeLessThanOrEqual(1_250);
  expect(filter.saturation).toBeGreaterThan(2);
  expect(countMistaken(filter) / COUNT).toBeCloseTo(filter.falsePositiveRate, 1);
});

test("ids that come twice take no room", () => {
  const filter = new BloomFilter({ expectedIds: 1_000 });
  for (let round = 0; round < 50; round += 1) {
    for (let number = 0; number < 500; number += 1) filter.add(`row:${number}`);
  }
  expect(filter.links).toBe(1);
  expect(filter.ids).toBeLessThanOrEqual(500);
});

describe("written to bytes", () => {
  const filter = new BloomFilter({ expectedIds: 100, maxBytes: 4_096 });
  for (let number = 0; number < 1_000; number += 1) filter.add(`row:${number}`);
  const bytes = filter.toBytes();

  test("it comes back the same and goes on growing within its bound", () => {
    const read = BloomFilter.fromBytes(bytes);
    expect([read.ids, read.links, read.sizeBytes]).toEqual([
      filter.ids,
      filter.links,
      filter.sizeBytes,
    ]);
    for (let number = 0; number < 5_000; number += 1) {
      expect(read.mayContain(`row:${number}`)).toBe(filter.mayContain(`row:${number}`));
    }
    for (let number = 0; number < 9_000; number += 1) read.add(`more:${number}`);
    expect(read.sizeBytes).toBeLessThanOrEqual(4_096);
  });

  test("any damage is refused, because it could hide rows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: bytes.length - 1 }), (at) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        expect(() => BloomFilter.fromBytes(damaged)).toThrow("damaged");
      }),
    );
    expect(() => BloomFilter.fromBytes(bytes.subarray(0, 400))).toThrow("cut off");
    expect(() => BloomFilter.fromBytes(new Uint8Array(64))).toThrow("not such a filter");
  });
});

test("options that cannot be are refused by name", () => {
  expect(() => new BloomFilter({ bitsPerId: 1 })).toThrow("bitsPerId = 1");
  expect(() => new BloomFilter({ expectedIds: Number.NaN })).toThrow("expectedIds = NaN");
  expect(() => new BloomFilter({ maxBytes: 10 })).toThrow("maxBytes = 10");
});

function countMistaken(filter: BloomFilter): number {
  let mistaken = 0;
  for (let number = 0; number < COUNT; number += 1) {
    if (filter.mayContain(`absent:${number}`)) mistaken += 1;
  }
  return mistaken;
}

function hex(number: number, salt: number): string {
  let word = Math.imul(number + 1, 0x9e3779b1) + Math.imul(salt, 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return ((word ^ (word >>> 15)) >>> 0).toString(16).padStart(8, "0");
}
