import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cloneValue } from "../../src/values/clone.ts";
import { decodeValue, encodeValue } from "../../src/values/codec.ts";
import { type Protected, protectDecoded, protectValue } from "../../src/values/protect.ts";
import { scramble, seenOf, storableValue } from "./storable-values.ts";

function storable(value: unknown, sharing: "frozen" | "cloned" = "frozen"): Protected {
  const kept = protectValue(value, { sharing });
  if (!kept.isStorable) throw new Error(kept.reason);
  return kept;
}

/** What a hit hands out. */
function handOut(kept: Protected): unknown {
  return kept.sharing === "cloned" ? cloneValue(kept.value) : kept.value;
}

describe.each(["frozen", "cloned"] as const)("a value kept %s", (sharing) => {
  test("is equal to what was handed in, and that stays as it was", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const before = seenOf(value);
        const kept = storable(value, sharing);
        expect(seenOf(kept.value)).toBe(before);
        expect(seenOf(handOut(kept))).toBe(before);
        expect(isDeepStrictEqual(kept.value, value)).toBe(true);
        expect(seenOf(value)).toBe(before);
      }),
    );
  });

  test("does not change when what was handed in changes later", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const before = seenOf(value);
        const kept = storable(value, sharing);
        scramble(value);
        expect(seenOf(kept.value)).toBe(before);
      }),
    );
  });

  test("does not change when one who got it changes it", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const before = seenOf(value);
        const kept = storable(value, sharing);
        scramble(handOut(kept));
        expect(seenOf(handOut(kept))).toBe(before);
      }),
    );
  });

  test("is as safe when it comes from a decoder", () => {
    fc.assert(
      fc.property(storableValue, (value) => {
        const before = seenOf(value);
        const decoded = decodeValue(encodeValue(storable(value)));
        const kept = protectDecoded(decoded, { sharing });
        if (!kept.isStorable) throw new Error(kept.reason);
        scramble(handOut(kept));
        expect(seenOf(handOut(kept))).toBe(before);
      }),
    );
  });
});

describe("a value of plain objects and arrays", () => {
  test("is one frozen object for all, down to its leaves", () => {
    const kept = storable({ rows: [{ id: 1, tags: ["new"] }] });
    const { rows } = kept.value as { rows: { tags: string[] }[] };
    expect(kept).toMatchObject({ sharing: "frozen", isPlainJson: true });
    expect([kept.value, rows, rows[0], rows[0]?.tags].every(Object.isFrozen)).toBe(true);
  });

  test("leaves the caller's own object unfrozen", () => {
    const row = { id: 1, tags: ["new"] };
    storable(row);
    expect([row, row.tags].some(Object.isFrozen)).toBe(false);
  });

  test("is frozen where it stands when it was just decoded", () => {
    const decoded: unknown = JSON.parse('{"id":1,"tags":["new"]}');
    const kept = protectDecoded(decoded);
    expect(kept).toMatchObject({ isStorable: true, sharing: "frozen" });
    expect(kept.isStorable && kept.value === decoded && Object.isFrozen(decoded)).toBe(true);
  });

  test("may be asked for as copies that the caller can change", () => {
    const kept = storable({ tags: ["new"] }, "cloned");
    const copy = handOut(kept) as { tags: string[] };
    copy.tags.push("mine");
    expect(kept).toMatchObject({ sharing: "cloned", value: { tags: ["new"] } });
  });

  test("keeps its names in their order, of whatever kind and number", () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`name-${at}`, at]));
    Object.defineProperty(many, "__proto__", { value: { isAdmin: true }, enumerable: true });
    const kept = storable(many).value as Record<string, unknown>;
    expect(Object.keys(kept)).toEqual(Object.keys(many));
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(kept.isAdmin).toBeUndefined();
  });
});

describe("a value with parts that cannot be frozen", () => {
  test.each([
    ["a Date", { at: new Date(0) }],
    ["a Map", { by: new Map([[1, 2]]) }],
    ["a Set", { of: new Set([1]) }],
    ["a Buffer", { of: Buffer.from("bytes") }],
    ["a typed array", { of: new Float64Array(2) }],
    ["a RegExp", { of: /a/ }],
  ])("such as %s is private, and copied for each", (_, value) => {
    const kept = storable(value);
    expect(kept).toMatchObject({ sharing: "cloned", isPlainJson: false });
    expect(handOut(kept)).not.toBe(kept.value);
    expect(handOut(kept)).toEqual(value);
  });

  test("holds on to the bytes that a view shows and to no more", () => {
    const slab = Buffer.alloc(100_000, 1);
    const kept = storable({ part: slab.subarray(10, 20), small: Buffer.from("x") });
    const { part, small } = kept.value as { part: Buffer; small: Buffer };
    expect([part.buffer.byteLength, small.buffer.byteLength]).toEqual([10, 1]);
  });

  test("may be a DataView on a part of its buffer", () => {
    const view = new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2);
    for (const kept of [storable(view).value, decodeValue(encodeValue(storable(view)))]) {
      const copy = kept as DataView;
      expect([copy.byteLength, copy.getUint16(0)]).toEqual([2, 0x0203]);
    }
  });

  test("is kept whole when a decoder gave views on its input", () => {
    const input = Buffer.from("0123456789");
    const kept = protectDecoded({ part: new Uint8Array(input.buffer, input.byteOffset, 4) });
    input.fill(0);
    expect(kept).toMatchObject({ value: { part: new Uint8Array([48, 49, 50, 51]) } });
  });
});

test("primitives are shared as they are, even where copies are asked for", () => {
  for (const value of [undefined, null, 0, -0, Number.NaN, "text", 7n, true]) {
    expect(storable(value, "cloned")).toMatchObject({ value, sharing: "frozen" });
  }
});

test("what JSON gives back unequal is not called plain JSON", () => {
  const notPlain = [undefined, -0, Number.NaN, 1n, { a: undefined }, [undefined], [-0]];
  const others = [new Array<number>(2), Object.create(null) as unknown, [Number.POSITIVE_INFINITY]];
  for (const value of [...notPlain, ...others]) expect(storable(value).isPlainJson).toBe(false);
  for (const value of [null, 1.5, "~u", [], {}, { toJSON: 1 }]) {
    expect(storable(value).isPlainJson).toBe(true);
  }
});
