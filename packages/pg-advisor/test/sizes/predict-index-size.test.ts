import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyColumn } from "../../src/what-if/btree/key-column.ts";
import type { ElementFacts } from "../../src/what-if/sizes/gin/element-facts.ts";
import type { IndexFacts } from "../../src/what-if/sizes/index-facts.ts";
import { predictIndexSize } from "../../src/what-if/sizes/predict-index-size.ts";

function column(more: Partial<KeyColumn> = {}): KeyColumn {
  return {
    lengthBytes: 4,
    alignmentBytes: 4,
    averageWidthBytes: 4,
    sampleWidthsBytes: [],
    nullFraction: 0,
    distinct: 1000,
    commonFractions: [],
    ...more,
  };
}

function elements(keys: number, rowsPerKey: number): ElementFacts {
  return {
    groups: [{ keys, rowsPerKey }],
    lengthBytes: 4,
    alignmentBytes: 4,
    averageWidthBytes: 4,
    sampleWidthsBytes: [],
    nullRows: 0,
    emptyRows: 0,
  };
}

/** An index of each method on a table of so many rows. */
function factsOf(rows: number, distinct: number, nullFraction: number): readonly IndexFacts[] {
  const key = column({ distinct: Math.min(distinct, rows), nullFraction });
  const tablePages = Math.max(1, Math.ceil(rows / 50));
  return [
    { method: "btree", rows, columns: [key], keyCount: 1, distinctKeys: null, deduplicates: true },
    {
      method: "btree",
      rows,
      columns: [key, key],
      keyCount: 1,
      distinctKeys: null,
      deduplicates: false,
    },
    { method: "hash", rows, tableRows: rows, column: key },
    { method: "brin", tablePages, rowsPerPage: 50, columns: [{ column: key, summary: "minmax" }] },
    {
      method: "gin",
      rows,
      tableRows: rows,
      tablePages,
      columns: [elements(Math.min(distinct, rows), Math.max(1, rows / distinct))],
    },
    { method: "gist", rows, columns: [{ column: key, operatorClass: "range_ops" }], include: [] },
  ];
}

describe("the size model", () => {
  it("gives whole pages, at least one, whatever it is told", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, distinct, nullFraction) => {
          for (const facts of factsOf(rows, distinct, nullFraction)) {
            const { pages, bytes } = predictIndexSize(facts);
            expect(Number.isInteger(pages) && pages >= 1, `${facts.method}: ${pages}`).toBe(true);
            expect(bytes).toBe(pages * 8192);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("gives an index of four times the rows no fewer pages", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400_000 }),
        fc.integer({ min: 1, max: 400_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, distinct, nullFraction) => {
          const small = factsOf(rows, distinct, nullFraction);
          const large = factsOf(4 * rows, distinct, nullFraction);
          for (const [position, facts] of small.entries()) {
            const other = large[position];
            if (other === undefined) continue;
            expect(predictIndexSize(other).pages, facts.method).toBeGreaterThanOrEqual(
              predictIndexSize(facts).pages,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("knows the B-tree of a million different integers to the page", () => {
    const size = predictIndexSize({
      method: "btree",
      rows: 1_000_000,
      columns: [column({ distinct: 1_000_000 })],
      keyCount: 1,
      distinctKeys: null,
      deduplicates: true,
    });
    expect(size).toEqual({ pages: 2745, bytes: 2745 * 8192, form: { method: "btree", level: 2 } });
  });

  it("merges equal keys, but not beside included columns", () => {
    const facts = {
      method: "btree",
      rows: 500_000,
      columns: [column({ distinct: 50 })],
      keyCount: 1,
      distinctKeys: null,
    } as const;
    const merged = predictIndexSize({ ...facts, deduplicates: true }).pages;
    const single = predictIndexSize({ ...facts, deduplicates: false }).pages;
    expect(single / merged).toBeGreaterThan(3);
  });

  it("makes the buckets of a hash index for the whole table, even where most rows are null", () => {
    const facts = { method: "hash", rows: 100_000, tableRows: 100_000 } as const;
    const full = predictIndexSize({ ...facts, column: column({ distinct: 100_000 }) });
    const sparse = predictIndexSize({
      ...facts,
      column: column({ distinct: 1000, nullFraction: 0.99 }),
    });
    expect(full.pages).toBe(512 + 2);
    expect(sparse.pages).toBe(512 + 2);
  });

  it("tells how many pages of a GIN hold keys and how many row ids, for the planner reads it", () => {
    const { pages, form } = predictIndexSize({
      method: "gin",
      rows: 200_000,
      tableRows: 200_000,
      tablePages: 4000,
      columns: [elements(20, 10_000)],
    });
    if (form.method !== "gin") throw new Error("not the form of a GIN");
    expect(form.entries).toBe(20);
    expect(form.dataPages).toBeGreaterThan(20);
    expect(form.entryPages + form.dataPages + 1).toBe(pages);
  });
});
