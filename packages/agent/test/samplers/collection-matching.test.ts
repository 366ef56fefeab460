import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CollectionTiming,
  type HeapReading,
  matchCollections,
} from "../../src/samplers/collection-matching.ts";

const TYPES = { minor: "Scavenge", major: "MarkSweepCompact" } as const;
type Kind = keyof typeof TYPES;

const collection = fc.record({
  kind: fc.constantFrom<Kind>("minor", "major"),
  pauseMs: fc.double({ min: 0.01, max: 500, noNaN: true }),
  isForced: fc.boolean(),
  isTimed: fc.boolean(),
});

test("each reading gets the timing of its own collection, in order, however many timings are missing", () => {
  fc.assert(
    fc.property(fc.array(collection, { maxLength: 30 }), (all) => {
      const dated = all.map((each, place) => ({ ...each, atMs: place + 1 }));
      const timings: CollectionTiming[] = dated.filter(({ isTimed }) => isTimed);
      const timedCount = timings.length;
      const matched = matchCollections(dated.map(readingOf), timings, -1);
      expect(matched.map(({ kind }) => kind)).toEqual(all.map(({ kind }) => kind));
      const times = matched.map(({ atMs }) => atMs).filter((atMs) => atMs > 0);
      expect(times).toEqual([...times].sort((left, right) => left - right));
      expect(times.length).toBeLessThanOrEqual(timedCount);
      if (all.every(({ isTimed }) => isTimed)) {
        expect(matched.map(({ atMs }) => atMs)).toEqual(dated.map(({ atMs }) => atMs));
        expect(matched.map(({ isForced }) => isForced)).toEqual(all.map((each) => each.isForced));
      }
    }),
  );
});

test("only minor collections promote, by the growth of all but the young spaces", () => {
  const reading = readingOf({ kind: "minor", pauseMs: 1 });
  const [minor] = matchCollections([reading], [], 5);
  expect(minor).toMatchObject({ promotedBytes: 400, atMs: 5, isForced: false });
  const [major] = matchCollections([readingOf({ kind: "major", pauseMs: 1 })], [], 5);
  expect(major?.promotedBytes).toBe(0);
});

function readingOf({ kind, pauseMs }: { readonly kind: Kind; readonly pauseMs: number }) {
  return {
    gcType: TYPES[kind],
    cost: pauseMs * 1_000,
    beforeGC: heap(1_000, { old_space: 100, new_space: 900 }),
    afterGC: heap(600, { old_space: 500, new_space: 100, new_large_object_space: 7_000 }),
  } as unknown as HeapReading;
}

function heap(usedHeapSize: number, spaces: Readonly<Record<string, number>>) {
  return {
    heapStatistics: { usedHeapSize, externalMemory: 1 },
    heapSpaceStatistics: Object.entries(spaces).map(([spaceName, spaceUsedSize]) => ({
      spaceName,
      spaceUsedSize,
    })),
  };
}
