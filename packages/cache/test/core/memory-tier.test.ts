import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENTRY_FLAGS } from "../../src/memory/entry-columns.ts";
import type { EvictionCause } from "../../src/memory/eviction.ts";
import type { MemoryIndex } from "../../src/memory/memory-index.ts";
import { POLICY_NAMES } from "../../src/memory/memory-options.ts";
import { ENTRY_OVERHEAD_BYTES, MemoryTier } from "../../src/memory/memory-tier.ts";
import { policyNamed } from "../../src/memory/policies/policy-named.ts";

interface Put {
  readonly id: string | number;
  readonly variant?: string;
  readonly value?: unknown;
  readonly sizeBytes?: number;
  readonly tags?: readonly string[];
  readonly asOf?: number;
  readonly expiresAt?: number;
}

/** A memory tier without anything around it. */
function bareTier(
  bounds: { maxEntries?: number; maxBytes?: number } = {},
  policy: (typeof POLICY_NAMES)[number] = "lru",
) {
  const left: { readonly id: unknown; readonly cause: EvictionCause }[] = [];
  const tier = new MemoryTier({
    bounds: { maxEntries: bounds.maxEntries ?? 100, maxBytes: bounds.maxBytes ?? 1e9 },
    makePolicy: policyNamed(policy),
    watcher: {
      left: (_index, slot, cause, columns) => left.push({ id: columns.ids[slot], cause }),
    },
    isSampled: () => false,
  });
  const index = tier.addNamespace("user");
  const land = (put: Put, nowMs = 0, into: MemoryIndex = index): boolean =>
    tier.land(
      {
        index: into,
        id: put.id,
        variant: put.variant ?? "",
        value: put.value ?? put.id,
        flags: 0,
        sizeBytes: put.sizeBytes ?? 10,
        tags: tier.tags.hold(put.tags ?? []),
        asOf: put.asOf ?? tier.bumps,
        freshUntil: put.expiresAt ?? 1e9,
        expiresAt: put.expiresAt ?? 1e9,
        graceMs: 0,
        loadMs: 1,
      },
      nowMs,
    );
  const read = (id: string | number, variant = ""): unknown => {
    const slot = index.find(id, variant);
    if (slot === undefined || !tier.survives(slot)) return undefined;
    tier.hit(slot);
    return tier.columns.values[slot];
  };
  return { tier, index, land, read, left };
}

const operation = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("land" as const),
      id: fc.nat(30),
      variant: fc.constantFrom("", "", "", "a", "b"),
      sizeBytes: fc.oneof(fc.nat(200), fc.nat(3_000)),
      tags: fc.subarray(["red", "green", "blue"]),
      isLate: fc.nat(5).map((number) => number === 0),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      id: fc.nat(30),
      variant: fc.constantFrom("", "a"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("tag" as const),
      tag: fc.constantFrom("red", "green", "none"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("id" as const), id: fc.nat(30) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("namespace" as const, "clear" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("resize" as const),
      maxEntries: fc.integer({ min: 1, max: 30 }),
      maxBytes: fc.integer({ min: 200, max: 6_000 }),
    }),
  },
);

describe.each(POLICY_NAMES)("with the policy %s", (policy) => {
  test("its bounds hold after every step, and what it gives is the last value that is valid", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const { tier, index, land, read } = bareTier({ maxEntries: 20, maxBytes: 4_000 }, policy);
        /** What may be there; the tier may have dropped any of it. */
        const valid = new Map<
          string,
          { readonly value: number; readonly tags: readonly string[] }
        >();
        let count = 0;
        for (const one of operations) {
          count += 1;
          if (one.kind === "land") {
            const asOf = one.isLate ? tier.bumps - 1 : tier.bumps;
            if (land({ ...one, value: count, asOf })) {
              valid.set(`${one.id} ${one.variant}`, { value: count, tags: one.tags });
            } else if (!one.isLate) {
              valid.delete(`${one.id} ${one.variant}`);
            }
          } else if (one.kind === "read") {
            const found = read(one.id, one.variant);
            if (found !== undefined)
              expect(found).toBe(valid.get(`${one.id} ${one.variant}`)?.value);
          } else if (one.kind === "tag") {
            tier.invalidateTag(one.tag);
            for (const [key, { tags }] of valid) if (tags.includes(one.tag)) valid.delete(key);
          } else if (one.kind === "id") {
            tier.invalidateId(index, one.id);
            for (const key of [...valid.keys()])
              if (key.startsWith(`${one.id} `)) valid.delete(key);
          } else if (one.kind === "resize") {
            tier.resize(one);
          } else {
            if (one.kind === "clear") tier.clear();
            else tier.invalidateNamespace(index);
            valid.clear();
          }
          expect(tier.entries).toBeLessThanOrEqual(tier.maxEntries);
          expect(tier.bytes).toBeLessThanOrEqual(tier.maxBytes);
          expect([index.entries, index.bytes]).toEqual([tier.entries, tier.bytes]);
        }
        checkBooks(tier, index);
        tier.clear();
        expect([tier.entries, tier.bytes, tier.tags.size]).toEqual([0, 0, 0]);
        expect([index.slots.size, tier.columns.variants.size]).toEqual([0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  test("a full tier goes on taking in what comes", () => {
    const { tier, land, read } = bareTier({ maxEntries: 50 }, policy);
    for (let id = 0; id < 5_000; id += 1) {
      expect(land({ id })).toBe(true);
      expect(tier.entries).toBe(Math.min(50, id + 1));
    }
    expect(read(4_999)).toBe(4_999);
  });
});

/** Every entry is in the index under its own slot, and the sums are right. */
function checkBooks(tier: MemoryTier, index: MemoryIndex): void {
  let [entries, bytes] = [0, 0];
  const { columns } = tier;
  tier.forEach((slot, owner) => {
    const id = columns.ids[slot];
    expect(owner).toBe(index);
    expect(index.find(id ?? "", columns.variants.get(slot) ?? "")).toBe(slot);
    entries += 1;
    bytes += columns.bytes[slot] ?? 0;
  });
  expect([entries, bytes]).toEqual([tier.entries, tier.bytes]);
}

test("a value of more than half of the bound is not kept, nor what it would have replaced", () => {
  const { tier, land, read } = bareTier({ maxBytes: 1_000 });
  expect(land({ id: 1, sizeBytes: 500 - ENTRY_OVERHEAD_BYTES })).toBe(true);
  expect(land({ id: 1, sizeBytes: 501 - ENTRY_OVERHEAD_BYTES, tags: ["team"] })).toBe(false);
  expect(read(1)).toBeUndefined();
  expect([tier.entries, tier.bytes, tier.tags.size]).toEqual([0, 0, 0]);
});

test("a large value that comes too late takes nothing with it", () => {
  const { tier, land, read } = bareTier({ maxBytes: 1_000 });
  const asOf = tier.bumps;
  const watched = tier.tags.hold(["team"]);
  tier.invalidateTag("team");
  land({ id: 1 });
  expect(land({ id: 1, sizeBytes: 900, asOf, tags: ["team"] })).toBe(false);
  tier.tags.release(watched);
  expect(read(1)).toBe(1);
});

test("a value that replaces another keeps its place and what the policy knows of it", () => {
  const { tier, index, land, read, left } = bareTier();
  land({ id: 1, value: "old", tags: ["a", "b"] });
  read(1);
  const slot = index.find(1, "");
  land({ id: 1, value: "new", sizeBytes: 30, tags: ["c"] });
  expect(index.find(1, "")).toBe(slot);
  expect(tier.columns.frequency[slot ?? 0]).toBe(1);
  expect(read(1)).toBe("new");
  expect([tier.entries, tier.bytes, tier.tags.size]).toEqual([1, 30 + ENTRY_OVERHEAD_BYTES, 1]);
  expect(left).toEqual([{ id: 1, cause: "replaced" }]);
});

test("an invalidated value that is replaced is valid again", () => {
  const { tier, land, read } = bareTier();
  land({ id: 1, value: "old", tags: ["team"] });
  tier.invalidateTag("team");
  land({ id: 1, value: "new", tags: ["team"] });
  expect(read(1)).toBe("new");
});

test("variants come and go without a trace", () => {
  const { tier, index, land } = bareTier();
  for (let round = 0; round < 100; round += 1) {
    for (const variant of ["", "a", "b"]) land({ id: round % 7, variant });
    tier.invalidateId(index, round % 7);
  }
  expect([tier.columns.variants.size, index.slots.size, tier.entries]).toEqual([0, 0, 0]);
});

test("a tag of a hundred thousand entries is invalidated without a look at any of them", () => {
  const { tier, land, read, left } = bareTier({ maxEntries: 200_000 });
  for (let id = 0; id < 100_000; id += 1) land({ id, tags: ["all", `own ${id % 10}`] });
  const { columns } = tier;
  const touched: string[] = [];
  const guarded = new Proxy(columns, {
    get: (target, name) => {
      touched.push(String(name));
      return Reflect.get(target, name);
    },
  });
  Object.defineProperty(tier, "columns", { value: guarded });
  expect(tier.invalidateTag("all")).toBe(100_000);
  expect(touched).toEqual([]);
  Object.defineProperty(tier, "columns", { value: columns });
  expect(left).toEqual([]);
  expect(read(5)).toBeUndefined();
  expect(left).toEqual([{ id: 5, cause: "invalidated" }]);
});

test("what is invalid leaves as others come, and its tags are forgotten", () => {
  const { tier, land } = bareTier({ maxEntries: 1_000 });
  for (let id = 0; id < 200; id += 1) land({ id, tags: [`tag ${id}`, "all"] });
  tier.invalidateTag("all");
  for (let id = 0; id < 200; id += 1) land({ id: `new ${id}` });
  expect(tier.tags.size).toBe(0);
  expect(tier.entries).toBe(200);
});

test("what began before a clearing does not come in after it", () => {
  const { tier, land } = bareTier();
  const asOf = tier.bumps;
  land({ id: 1 });
  tier.clear();
  expect(land({ id: 1, asOf })).toBe(false);
  expect(land({ id: 1 })).toBe(true);
});

test("namespaces share the bounds and are invalidated apart", () => {
  const { tier, index, land, read } = bareTier({ maxEntries: 10 });
  const other = tier.addNamespace("feed");
  for (let id = 0; id < 5; id += 1) land({ id });
  for (let id = 0; id < 5; id += 1) land({ id }, 0, other);
  tier.invalidateNamespace(other);
  expect(read(1)).toBe(1);
  const slot = other.find(1, "") ?? -1;
  expect(tier.survives(slot)).toBe(false);
  expect([index.entries, other.entries, tier.entries]).toEqual([5, 4, 9]);
});

test("a smaller bound is met at once, under the cause of pressure", () => {
  const { tier, land, left } = bareTier({ maxEntries: 100 });
  for (let id = 0; id < 100; id += 1) land({ id });
  tier.resize({ maxBytes: 10 * (ENTRY_OVERHEAD_BYTES + 10) });
  expect(tier.entries).toBe(10);
  expect(new Set(left.map(({ cause }) => cause))).toEqual(new Set(["pressure"]));
  tier.resize({ maxBytes: 1e6, maxEntries: 50 });
  for (let id = 0; id < 100; id += 1) land({ id: `new ${id}` });
  expect(tier.entries).toBe(50);
});

test("a flagged entry keeps its flags", () => {
  const { tier, index } = bareTier();
  const flags = ENTRY_FLAGS.absent | ENTRY_FLAGS.bytes;
  const landing = { index, id: 1, variant: "", value: null, flags, sizeBytes: 1, tags: undefined };
  tier.land(
    { ...landing, asOf: tier.bumps, freshUntil: 9, expiresAt: 9, graceMs: 0, loadMs: 0 },
    0,
  );
  expect(tier.columns.flags[index.find(1, "") ?? -1]).toBe(flags);
});
