import { expect, test } from "vitest";
import type { OwnType } from "../../src/snapshot/snapshot.ts";
import { OidTranslation, translateMcvList } from "../../src/what-if/twin/mcv-list.ts";

const mood = (oid: number, labels: readonly number[]): OwnType => ({
  oid,
  schema: "public",
  name: "mood",
  kind: "enum",
  extension: null,
  labels: labels.map((label, position) => ({ oid: label, label: `label ${position}` })),
});

/** A list of one enum column with two values, as PostgreSQL lays it out; its items are left out. */
function listOf(type: number, values: readonly number[]): Buffer {
  const list = Buffer.alloc(14 + 4 + 20 + 4 * values.length);
  list.writeUInt32LE(0xe1a651c2, 0);
  list.writeInt16LE(1, 12);
  list.writeUInt32LE(type, 14);
  list.writeUInt32LE(values.length, 18);
  list.writeUInt32LE(4 * values.length, 22);
  for (const [position, value] of values.entries()) list.writeUInt32LE(value, 38 + 4 * position);
  return list;
}

test("the oids of an enum and of its labels become those of another database", () => {
  const oids = new OidTranslation(
    [mood(20_000, [20_001, 20_002])],
    [mood(30_000, [30_005, 30_003])],
  );
  expect(translateMcvList(listOf(20_000, [20_002, 20_001]), oids)).toEqual(
    listOf(30_000, [30_003, 30_005]),
  );
});

test("a list with a type that is not known here is not translated", () => {
  expect(translateMcvList(listOf(20_000, [20_001]), new OidTranslation([], []))).toBeNull();
  const lost = new OidTranslation([mood(20_000, [20_001])], [mood(30_000, [])]);
  expect(translateMcvList(listOf(20_000, [20_001]), lost)).toBeNull();
});

test("a list of PostgreSQL's own types stays as it is", () => {
  expect(translateMcvList(listOf(23, [1, 2]), new OidTranslation([], []))).toEqual(
    listOf(23, [1, 2]),
  );
});
