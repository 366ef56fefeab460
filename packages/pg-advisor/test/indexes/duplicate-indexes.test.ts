import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDuplicateIndexes } from "../../src/indexes/duplicate-indexes.ts";
import { coverOf, differenceOf, isWider } from "../../src/indexes/index-cover.ts";
import type { IndexPortrait } from "../../src/indexes/index-portrait.ts";
import type { IndexShape } from "../../src/indexes/index-shape.ts";
import { key, portrait, shape } from "./shapes.ts";

describe("an index serves all that another one serves", () => {
  it.each<[string, IndexShape, IndexShape, ReturnType<typeof coverOf>]>([
    ["the same", shape(["a", "b"]), shape(["a", "b"]), "same"],
    ["its keys lead", shape(["a"]), shape(["a", "b"]), "prefix"],
    ["read backwards", shape(["a", "-b"]), shape(["-a", "b", "c"]), "prefix"],
    ["it is unique besides", shape(["a"]), shape(["a"], { isUnique: true }), "more"],
    ["it carries more", shape(["a"]), shape(["a"], { includes: ["b"] }), "more"],
    [
      "it has as a key what is carried",
      shape(["a"], { includes: ["b"] }),
      shape(["a", "b"]),
      "prefix",
    ],
    [
      "the same rows only",
      shape(["a"], { predicate: "(b > 1)" }),
      shape(["a", "c"], { predicate: "(b > 1)" }),
      "prefix",
    ],
    [
      "equal NULLs promise more",
      shape(["a"], { isUnique: true }),
      shape(["a"], { isUnique: true, treatsNullsAsEqual: true }),
      "more",
    ],
  ])("%s", (_, index, other, cover) => {
    expect(coverOf(index, other)).toBe(cover);
  });

  it.each<[string, IndexShape, IndexShape]>([
    ["other columns", shape(["a"]), shape(["b"])],
    ["another order of columns", shape(["a", "b"]), shape(["b", "a"])],
    ["only one direction turned", shape(["a", "b"]), shape(["a", "-b"])],
    [
      "a unique one by a longer key",
      shape(["a"], { isUnique: true }),
      shape(["a", "b"], { isUnique: true }),
    ],
    ["a unique one by one that is not", shape(["a"], { isUnique: true }), shape(["a"])],
    [
      "a promise for NULLs by one that lets them differ",
      shape(["a"], { isUnique: true, treatsNullsAsEqual: true }),
      shape(["a"], { isUnique: true }),
    ],
    ["a full one by a partial one", shape(["a"]), shape(["a"], { predicate: "(b > 1)" })],
    [
      "a partial one by a full one, which is larger",
      shape(["a"], { predicate: "(b > 1)" }),
      shape(["a"]),
    ],
    ["what it carries is not there", shape(["a"], { includes: ["z"] }), shape(["a", "b"])],
    ["another method", shape(["a"], { method: "hash" }), shape(["a"])],
    [
      "a prefix of a GIN index",
      shape(["a"], { method: "gin" }),
      shape(["a", "b"], { method: "gin" }),
    ],
    [
      "another operator class",
      { ...shape([]), keys: [{ ...key("a"), operatorClass: "text_pattern_ops" }] },
      shape(["a"]),
    ],
    [
      "another collation",
      { ...shape([]), keys: [{ ...key("a"), collation: '"C"' }] },
      shape(["a"]),
    ],
    [
      "another expression",
      { ...shape([]), keys: [{ ...key("a"), column: null, expression: "lower(a)" }] },
      shape(["a"]),
    ],
  ])("not %s", (_, index, other) => {
    expect(coverOf(index, other)).toBeNull();
  });
});

describe("an index has all rows of a partial one", () => {
  it.each<[string, string | null, string | null, readonly string[], boolean]>([
    ["where it has all there are", "(b > 1)", null, [], true],
    ["where it demands less", "((b > 1) AND (c < 3))", "(b > 1)", [], true],
    ["in whatever order", "((b > 1) AND (c < 3) AND d)", "(d AND (b > 1))", [], true],
    ["where it demands what every row has", "(b > 1)", "(a IS NOT NULL)", ["a"], true],
    ["not where a row may lack it", "(b > 1)", "(a IS NOT NULL)", [], false],
    ["not where it demands more", "(b > 1)", "((b > 1) AND (c < 3))", [], false],
    ["not where it demands something else", "(b > 1)", "(b > 2)", [], false],
    ["not where one of two is enough", "((b > 1) OR (c < 3))", "(b > 1)", [], false],
  ])("%s", (_, predicate, other, notNull, isWiderOne) => {
    expect(isWider(shape(["a"], { predicate }), shape(["a"], { predicate: other }), notNull)).toBe(
      isWiderOne,
    );
  });

  it("which is nothing where the partial one keeps rows unique", () => {
    const unique = shape(["a"], { predicate: "(b > 1)", isUnique: true });
    expect(isWider(unique, shape(["a"], { isUnique: true }))).toBe(false);
  });
});

it.each<[string, IndexShape, IndexShape]>([
  ["method", shape(["a"], { method: "hash" }), shape(["a"])],
  ["predicate", shape(["a"]), shape(["a"], { predicate: "(b > 1)" })],
  ["order", shape(["a", "b"]), shape(["a", "-b"])],
  ["included columns", shape(["a"], { includes: ["z"] }), shape(["a"])],
  ["uniqueness", shape(["a"], { isUnique: true }), shape(["a"])],
  [
    "storage options",
    shape(["a"], { method: "brin", options: ["pages_per_range=4"] }),
    shape(["a"], { method: "brin" }),
  ],
])("two that look alike differ in their %s", (difference, index, other) => {
  expect(differenceOf(index, other)).toBe(difference);
});

const shapes = fc.record({
  method: fc.constantFrom("btree", "btree", "btree", "hash"),
  isUnique: fc.boolean(),
  treatsNullsAsEqual: fc.boolean(),
  keys: fc
    .uniqueArray(fc.constantFrom("a", "b", "c", "-a", "-b"), {
      minLength: 1,
      maxLength: 3,
      selector: (name) => name.replace("-", ""),
    })
    .map((names) => names.map(key)),
  includes: fc.subarray(["d", "e"]),
  predicate: fc.constantFrom(null, null, "(d > 1)"),
});
const portraits = fc
  .array(
    fc.record({
      of: shapes,
      isForced: fc.boolean(),
      isDeferrable: fc.boolean(),
      scans: fc.nat(3),
      sizeBytes: fc.nat(3),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ of, isForced, isDeferrable, ...index }, position) =>
      portrait(`i${position}`, of, {
        ...(isForced ? { duties: [{ kind: "constraint", name: "k" }] } : {}),
        isDeferrable: isForced && isDeferrable,
        index: { ...index, constraint: isForced ? "k" : null },
      }),
    ),
  );

/** Rows with the letters a to e; null among them. */
const rows = fc.array(
  fc.tuple(...Array.from({ length: 5 }, () => fc.option(fc.nat(2), { nil: null }))),
  {
    maxLength: 4,
  },
);

function violates(
  { shape: of }: IndexPortrait,
  table: readonly (readonly (number | null)[])[],
): boolean {
  if (of?.isUnique !== true) return false;
  const seen = new Set<string>();
  for (const row of table) {
    if (of.predicate !== null && !((row[3] ?? 0) > 1)) continue;
    const values = of.keys.map(({ column }) => row["abcde".indexOf(column ?? "")] ?? null);
    if (values.includes(null) && !of.treatsNullsAsEqual) continue;
    // The order of the columns makes no other promise.
    const text = JSON.stringify(of.keys.map(({ column }, at) => `${column} ${values[at]}`).sort());
    if (seen.has(text)) return true;
    seen.add(text);
  }
  return false;
}

describe("of all that there is on a table", () => {
  it("what stays serves what goes", () => {
    fc.assert(
      fc.property(portraits, (all) => {
        const found = findDuplicateIndexes(all);
        const gone = new Set(found.map(({ superfluous }) => superfluous));
        for (const { superfluous, kept, cover } of found) {
          expect(gone.has(kept)).toBe(false);
          if (superfluous.shape === null || kept.shape === null) throw new Error("no shape");
          if (cover === "wider") {
            expect(isWider(superfluous.shape, kept.shape)).toBe(true);
            expect(kept.index.sizeBytes).toBeLessThanOrEqual(superfluous.index.sizeBytes * 1.25);
          } else expect(coverOf(superfluous.shape, kept.shape)).toBe(cover);
          expect(superfluous.index.constraint).toBeNull();
        }
      }),
    );
  });

  it("nothing that could go stays", () => {
    fc.assert(
      fc.property(portraits, (all) => {
        const gone = new Set(findDuplicateIndexes(all).map(({ superfluous }) => superfluous));
        const stays = all.filter((one) => !gone.has(one));
        for (const one of stays)
          for (const other of stays) {
            if (one === other || one.index.constraint !== null) continue;
            if (one.shape === null || other.shape === null) continue;
            if (one.shape.isUnique && other.isDeferrable) continue;
            expect(coverOf(one.shape, other.shape)).toBeNull();
          }
      }),
    );
  });

  it("every promise that rows are unique is still kept", () => {
    fc.assert(
      fc.property(portraits, rows, (all, table) => {
        const gone = new Set(findDuplicateIndexes(all).map(({ superfluous }) => superfluous));
        const isRefusedBefore = all.some((one) => violates(one, table));
        const isRefusedAfter = all.some((one) => !gone.has(one) && violates(one, table));
        expect(isRefusedAfter).toBe(isRefusedBefore);
      }),
    );
  });

  it("the order in which they are listed changes nothing", () => {
    fc.assert(
      fc.property(portraits, (all) => {
        const namesOf = (some: readonly IndexPortrait[]) =>
          findDuplicateIndexes(some)
            .map(({ superfluous }) => superfluous.index.name)
            .sort();
        expect(namesOf(all.toReversed())).toEqual(namesOf(all));
      }),
    );
  });
});

describe("of two that are the same", () => {
  it("the one of a constraint stays", () => {
    const forced = portrait("forced", shape(["a"], { isUnique: true }), {
      duties: [{ kind: "constraint", name: "t_a_key" }],
      index: { constraint: "t_a_key" },
    });
    const free = portrait("free", shape(["a"], { isUnique: true }), { index: { scans: 1_000 } });
    expect(findDuplicateIndexes([free, forced])).toMatchObject([
      { superfluous: { index: { name: "free" } }, kept: { index: { name: "forced" } } },
    ]);
  });

  it("the more used one stays", () => {
    const used = portrait("used", shape(["a"]), { index: { scans: 9 } });
    const idle = portrait("idle", shape(["a"]));
    expect(findDuplicateIndexes([idle, used])).toMatchObject([
      { superfluous: { index: { name: "idle" } } },
    ]);
  });

  it("neither goes where one is invalid, for another list tells of it", () => {
    const broken = portrait("broken", shape(["a"]), { index: { isValid: false } });
    expect(findDuplicateIndexes([broken, portrait("whole", shape(["a"]))])).toEqual([]);
  });

  it("that of a partition stays, whatever else is there", () => {
    const ofPartition = portrait("p_a", shape(["a"]), {
      index: { parent: { schema: "public", name: "t_a" } },
    });
    expect(findDuplicateIndexes([ofPartition, portrait("own", shape(["a", "b"]))])).toEqual([]);
  });

  it("a reference to its keys or logical replication keeps it", () => {
    const wide = portrait("wide", shape(["a", "b"]));
    for (const duty of [{ kind: "referenced", by: ["fk"] }, { kind: "replica identity" }] as const)
      expect(
        findDuplicateIndexes([wide, portrait("needed", shape(["a"]), { duties: [duty] })]),
      ).toEqual([]);
  });

  it("a much larger one is said to be so", () => {
    const small = portrait("small", shape(["a"]));
    const large = portrait("large", shape(["a", "b"]), { index: { sizeBytes: 819_200 } });
    expect(findDuplicateIndexes([small, large])[0]?.caveats.join()).toMatch(/twice as large/);
  });
});
