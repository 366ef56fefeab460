import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrder, type Keyset, pageOf } from "../../src/api/keyset.ts";

interface Item {
  readonly id: string;
  readonly value: number | null;
}

function keyset(direction: Keyset<Item>["direction"]): Keyset<Item> {
  return { name: "items", direction, valueOf: ({ value }) => value, idOf: ({ id }) => id };
}

const items = fc.uniqueArray(
  fc.record({
    id: fc.string(),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  }),
  { selector: ({ id }) => id },
);
const directions = fc.constantFrom("ascending", "descending") as fc.Arbitrary<
  Keyset<Item>["direction"]
>;

function allPages(all: readonly Item[], by: Keyset<Item>, limit: number): readonly Item[] {
  const ordered = inOrder(all, by);
  const seen: Item[] = [];
  for (let after: string | undefined; ; ) {
    const page = pageOf(ordered, by, { limit, after });
    seen.push(...page.items);
    if (page.next === null) return seen;
    after = page.next;
  }
}

describe("pages of a list", () => {
  it("are together the list in its order, each item once", () => {
    fc.assert(
      fc.property(items, directions, fc.integer({ min: 1, max: 5 }), (all, direction, limit) => {
        const by = keyset(direction);
        expect(allPages(all, by, limit)).toEqual(inOrder(all, by));
      }),
    );
  });

  it("go on where they ended, though the last one that was shown is gone", () => {
    fc.assert(
      fc.property(items, directions, (all, direction) => {
        const by = keyset(direction);
        const ordered = inOrder(all, by);
        const first = pageOf(ordered, by, { limit: 2, after: undefined });
        if (first.next === null) return;
        const rest = pageOf(ordered.slice(2), by, { limit: 100, after: first.next });
        expect(rest.items).toEqual(ordered.slice(2, 102));
      }),
    );
  });

  it("are as many for a hundred thousand as for ten", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => ({ id: `i${at}`, value: at % 977 }));
    const by = keyset("descending");
    const seen = new Set(allPages(many, by, 500).map(({ id }) => id));
    expect(seen.size).toBe(100_000);
  });

  it("put what has no value last, in either direction", () => {
    const some = [
      { id: "a", value: null },
      { id: "b", value: 1 },
    ];
    for (const direction of ["ascending", "descending"] as const)
      expect(inOrder(some, keyset(direction)).map(({ id }) => id)).toEqual(["b", "a"]);
  });

  it("refuse every place that they did not give themselves", () => {
    const by = keyset("ascending");
    const other = pageOf(
      [
        { id: "a", value: 1 },
        { id: "b", value: 2 },
      ],
      { ...by, name: "others" },
      { limit: 1, after: undefined },
    );
    const strange = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
      fc.constant(other.next ?? ""),
    );
    fc.assert(
      fc.property(strange, (after) => {
        expect(() => pageOf([], by, { limit: 1, after })).toThrow(/no place in this list/);
      }),
    );
  });
});
