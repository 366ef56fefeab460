import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareResults } from "../../src/proof/compare-results.ts";
import { buildDigest, type ResultDigest } from "../../src/proof/result-digest.ts";
import type { TextRow } from "../../src/proof/session.ts";
import type { StatementShape } from "../../src/proof/statement-shape.ts";

const UNORDERED: StatementShape = {
  isOrdered: false,
  withoutLimit: null,
  aggregatesInAnyOrder: false,
  openChoice: null,
};
const INT = 23;
const FLOAT = 701;

function digest(rows: readonly TextRow[], types: readonly number[] = [INT, INT]): ResultDigest {
  const builder = buildDigest();
  for (const row of rows) builder.add(row);
  return builder.finish(types);
}

const rowsOf = fc.array(fc.tuple(fc.option(fc.string()), fc.option(fc.string())));

test("rows in any order are the same where no order was asked for", () => {
  fc.assert(
    fc.property(rowsOf, fc.integer(), (rows, seed) => {
      const shuffled = seededRandom(seed).shuffle(rows);
      expect(compareResults(digest(rows), digest(shuffled), UNORDERED).kind).toBe("identical");
    }),
  );
});

test("a row more, a row less or another value is seen", () => {
  fc.assert(
    fc.property(rowsOf, fc.tuple(fc.string(), fc.string()), (rows, extra) => {
      const more = compareResults(digest(rows), digest([...rows, extra]), UNORDERED);
      expect(more.kind).toBe("different");
    }),
  );
  const twice = digest([
    ["1", "a"],
    ["1", "a"],
    ["2", "b"],
  ]);
  const other = digest([
    ["1", "a"],
    ["2", "b"],
    ["2", "b"],
  ]);
  expect(compareResults(twice, other, UNORDERED).kind).toBe("different");
  expect(compareResults(digest([["1", null]]), digest([["1", "null"]]), UNORDERED).kind).toBe(
    "different",
  );
});

test("tied rows may change places where an order was asked for", () => {
  const ordered = { ...UNORDERED, isOrdered: true };
  const left = digest([
    ["1", "a"],
    ["1", "b"],
  ]);
  const right = digest([
    ["1", "b"],
    ["1", "a"],
  ]);

  expect(compareResults(left, right, ordered).kind).toBe("identical but for ties");
  expect(compareResults(left, left, ordered).kind).toBe("identical");
});

test("floats may differ by rounding, and by no more", () => {
  const types = [INT, FLOAT];
  const sum = digest(
    [
      ["1", "0.30000000000000004"],
      ["2", "5"],
    ],
    types,
  );

  expect(
    compareResults(
      sum,
      digest(
        [
          ["2", "5"],
          ["1", "0.3"],
        ],
        types,
      ),
      UNORDERED,
    ).kind,
  ).toBe("identical");
  expect(
    compareResults(
      sum,
      digest(
        [
          ["2", "5"],
          ["1", "0.31"],
        ],
        types,
      ),
      UNORDERED,
    ).kind,
  ).toBe("different");
  expect(
    compareResults(
      sum,
      digest(
        [
          ["2", "5"],
          ["3", "0.3"],
        ],
        types,
      ),
      UNORDERED,
    ).kind,
  ).toBe("different");
  expect(
    compareResults(digest([["1", "NaN"]], types), digest([["1", "0"]], types), UNORDERED).kind,
  ).toBe("different");
});

test("an aggregate that gathers in any order may", () => {
  const shape = { ...UNORDERED, aggregatesInAnyOrder: true };
  const left = digest([["1", "{a,b,c}"]]);

  expect(compareResults(left, digest([["1", "{c,a,b}"]]), shape).kind).toBe(
    "identical but for ties",
  );
  expect(compareResults(left, digest([["1", "{c,a,d}"]]), shape).kind).toBe("different");
});
