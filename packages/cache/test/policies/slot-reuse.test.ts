import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyNamed } from "../../src/memory/policies/policy-named.ts";
import { TableDouble } from "./table-double.ts";

const NAMES = ["adaptive", "s3-fifo", "w-tiny-lfu", "lru"] as const;
const KEYS = 60;
const NEAR_THE_WRAP = 2 ** 32 - 300;

type Step =
  | { readonly kind: "use" | "remove"; readonly key: number }
  | { readonly kind: "evict" }
  | { readonly kind: "resize"; readonly entries: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ kind: fc.constant("use" as const), key: fc.nat(KEYS) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("remove" as const), key: fc.nat(KEYS) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "evict" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("resize" as const),
      entries: fc.integer({ min: 1, max: 80 }),
    }),
  },
);

function take(table: TableDouble, taken: Step): void {
  if (taken.kind === "use") table.use(taken.key);
  else if (taken.kind === "remove") table.remove(taken.key);
  else if (taken.kind === "resize") table.resize(taken.entries);
  else if (table.held > 0) table.evict();
}

/** Every entry leaves once and none is forgotten: the table fails on a slot that is not held. */
function drain(table: TableDouble): number {
  let evicted = 0;
  for (; table.held > 0; evicted += 1) table.evict();
  return evicted;
}

describe.each(NAMES)("%s", (name) => {
  test("evicts held slots only, each once, whatever happens before", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 600 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, NEAR_THE_WRAP),
        (steps, entries, firstUse) => {
          const table = new TableDouble(policyNamed(name), entries, firstUse);
          for (const taken of steps) take(table, taken);
          const held = table.held;
          expect(drain(table)).toBe(held);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("goes on after it was emptied, and after it shrank from many slots to few", () => {
    const table = new TableDouble(policyNamed(name), 3_000);
    for (let key = 0; key < 6_000; key += 1) table.use(key);
    for (let key = 0; key < 6_000; key += 1) table.remove(key);
    expect(table.held).toBe(0);
    table.resize(5);
    for (let use = 0; use < 2_000; use += 1) table.use(use % 9);
    expect(drain(table)).toBe(5);
  });

  test("does the same on every run", () => {
    const runs = [0, 1].map(() => {
      const table = new TableDouble(policyNamed(name), 50);
      for (let use = 0; use < 5_000; use += 1) table.use((use * use) % 211);
      return [table.hits, ...table.slotOfKey.keys()];
    });
    expect(runs[0]).toEqual(runs[1]);
  });
});

test("lru evicts the entry that was used least recently", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (keys) => {
      const table = new TableDouble(policyNamed("lru"), 8);
      let order: number[] = [];
      for (const key of keys) {
        table.use(key);
        order = [...order.filter((other) => other !== key), key].slice(-8);
      }
      expect(new Set(table.slotOfKey.keys())).toEqual(new Set(order));
    }),
  );
});
