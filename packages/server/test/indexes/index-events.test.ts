import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IndexEvent } from "../../src/indexes/index-events.ts";
import { indexEvents } from "../../src/indexes/index-events.ts";
import { aLook, aReading, LOOK_MS, type SomeIndex } from "../support/index-readings.ts";

const STAYS = { name: "songs_pkey", oid: 9, columns: ["id"] };

function between(
  before: readonly SomeIndex[],
  now: readonly SomeIndex[],
): readonly Pick<IndexEvent, "kind" | "previous">[] {
  return indexEvents(
    aLook([STAYS, ...before].map(aReading), LOOK_MS - 300_000),
    aLook([STAYS, ...now].map(aReading)),
  ).map(({ kind, previous }) => ({ kind, previous }));
}

describe("what happened to indexes between two looks", () => {
  it("is nothing at the first one: nobody knows since when they are there", () => {
    expect(indexEvents(undefined, aLook([aReading()]))).toEqual([]);
  });

  it("is nothing where all is as it was", () => {
    expect(between([{}], [{}])).toEqual([]);
  });

  it("is told with the two looks that it lies between", () => {
    const [event] = indexEvents(
      aLook([aReading(STAYS)], LOOK_MS - 300_000),
      aLook([aReading(STAYS), aReading()]),
    );
    expect(event).toMatchObject({
      kind: "appeared",
      notBeforeMs: LOOK_MS - 300_000,
      atMs: LOOK_MS,
      portrait: { index: { name: "songs_owner" } },
    });
  });

  it("is a vanished one where it is gone, with what it held", () => {
    const [event] = indexEvents(
      aLook([aReading(STAYS), aReading({ sizeBytes: 7 })]),
      aLook([aReading(STAYS)]),
    );
    expect(event).toMatchObject({ kind: "vanished", previousSizeBytes: 7 });
  });

  it("tells a rename from an index that went and another that came", () => {
    expect(between([{ name: "a" }], [{ name: "b" }])).toEqual([{ kind: "renamed", previous: "a" }]);
    expect(between([{ name: "a", oid: 1 }], [{ name: "b", oid: 2 }])).toEqual([
      { kind: "appeared", previous: null },
      { kind: "vanished", previous: null },
    ]);
  });

  it("tells one that was built anew from one that was made anew under its name", () => {
    expect(between([{ oid: 1 }], [{ oid: 2 }])).toEqual([{ kind: "rebuilt", previous: null }]);
    const other = between([{ oid: 1 }], [{ oid: 2, columns: ["owner", "at"] }]);
    expect(other).toEqual([
      { kind: "changed", previous: "CREATE INDEX songs_owner ON public.songs USING btree (owner)" },
    ]);
  });

  it("tells when a build came to its end", () => {
    expect(between([{ isValid: false }], [{ isValid: true }])).toEqual([
      { kind: "became valid", previous: null },
    ]);
  });

  it("leaves out indexes of partitions, and what a REINDEX CONCURRENTLY makes on its way", () => {
    const now = [
      { name: "part", oid: 3, parent: "whole" },
      { name: "songs_owner_ccnew", oid: 4 },
    ];
    expect(between([], now)).toEqual([]);
  });

  it("is nothing where another database stands under the name", () => {
    const before = aLook([aReading({ name: "a", oid: 1 }), aReading({ name: "b", oid: 2 })]);
    const other = aLook([aReading({ name: "x", table: "users", oid: 1 })]);
    expect(indexEvents(before, other)).toEqual([]);
  });

  it("comes out even: what is there now is what was there, less what vanished, more what appeared", () => {
    const some = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"));
    fc.assert(
      fc.property(some, some, (before, now) => {
        const indexOf = (name: string): SomeIndex => ({ name, oid: name.charCodeAt(0) });
        const events = indexEvents(
          aLook([STAYS, ...before.map(indexOf)].map(aReading)),
          aLook([STAYS, ...now.map(indexOf)].map(aReading)),
        );
        const names = (kind: string): readonly string[] =>
          events.filter((one) => one.kind === kind).map(({ portrait }) => portrait.index.name);
        const left = before.filter((name) => !names("vanished").includes(name));
        expect([...left, ...names("appeared")].toSorted()).toEqual(now.toSorted());
      }),
    );
  });
});
