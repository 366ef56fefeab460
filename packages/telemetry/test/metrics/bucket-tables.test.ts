import fc from "fast-check";
import { expect, test } from "vitest";
import { type BucketTable, BucketTables } from "../../src/metrics/bucket-tables.ts";

const size = fc.integer({ min: 2, max: 14 }).map((exponent) => 2 ** exponent);
const step = fc.oneof(
  fc.record({ do: fc.constant("allocate" as const), size }),
  fc.record({ do: fc.constant("release" as const), which: fc.nat() }),
);

test("tables never overlap and are empty when handed out, whatever comes and goes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const tables = new BucketTables();
      const held: BucketTable[] = [];
      for (const [number, each] of steps.entries()) {
        if (each.do === "allocate") held.push(fresh(tables, each.size, number + 1));
        else if (held.length > 0) {
          const [released] = held.splice(each.which % held.length, 1);
          if (released !== undefined) tables.release(released);
        }
      }
      // What one wrote, no other has written over.
      for (const { words, offset, slots } of held) {
        const marks = new Set(words.subarray(offset, offset + slots));
        expect(marks.size).toBe(1);
      }
      expect(new Set(held.map(({ words, offset }) => words[offset])).size).toBe(held.length);
    }),
    { numRuns: 50 },
  );
});

test("freed halves become one block again: a table of a whole page fits where small ones were", () => {
  const tables = new BucketTables();
  const small = Array.from({ length: 4096 / 4 }, () => tables.allocate(4));
  for (const each of small) tables.release(each);
  const [first] = small;
  expect(tables.allocate(4096).words).toBe(first?.words);
});

function fresh(tables: BucketTables, slots: number, mark: number): BucketTable {
  const table = tables.allocate(slots);
  const { words, offset } = table;
  expect(offset % slots).toBe(0);
  expect(words.subarray(offset, offset + slots).every((word) => word === 0)).toBe(true);
  words.fill(mark, offset, offset + slots);
  return table;
}
