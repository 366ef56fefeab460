import { describe, expect, it } from "vitest";
import type { IndexDuty } from "../../src/indexes/index-portrait.ts";
import {
  findUnusedIndexes,
  type UsageContext,
  type WatchedIndex,
} from "../../src/indexes/unused-indexes.ts";
import { portrait, shape } from "./shapes.ts";

const NOW_MS = Date.UTC(2026, 0, 31);
const DAY_MS = 86_400_000;
const CONTEXT: UsageContext = {
  nowMs: NOW_MS,
  countedSinceMs: null,
  isReplica: false,
  replicas: 0,
};

function watched(days: number, more: Partial<WatchedIndex> = {}): WatchedIndex {
  return {
    portrait: portrait("i", shape(["a"])),
    watchedSinceMs: NOW_MS - days * DAY_MS,
    scansSeen: 0,
    scansCounted: 0,
    ...more,
  };
}

describe("an index that is not scanned", () => {
  it("for more than a month is sure to be unused, and nothing speaks against it", () => {
    const { unused } = findUnusedIndexes([watched(40)], CONTEXT);
    expect(unused).toMatchObject([
      { isSure: true, caveats: [], reason: "no scan in the 40 days that it was watched" },
    ]);
  });

  it("for an hour is listed, and not sure", () => {
    const { unused } = findUnusedIndexes([watched(1 / 24)], CONTEXT);
    expect(unused).toMatchObject([
      { isSure: false, caveats: ["work that comes once a week was not seen yet"] },
    ]);
  });

  it("by the server's own counter for longer than it was watched counts from there, where it was there", () => {
    const context = { ...CONTEXT, countedSinceMs: NOW_MS - 90 * DAY_MS };
    const made = (days: number) => {
      const knownSinceAt = new Date(NOW_MS - days * DAY_MS).toISOString();
      return watched(0, { portrait: portrait("i", shape(["a"]), { knownSinceAt }) });
    };
    const { unused } = findUnusedIndexes([made(80)], context);
    expect(unused).toMatchObject([{ isSure: true }]);
    expect(unused[0]?.reason).toMatch(/own counter has said 0 for 90 days, or since it was made/);
    expect(findUnusedIndexes([made(1)], context).unused).toMatchObject([{ isSure: false }]);
    // Who does not know when it was made cannot say that it was there.
    expect(findUnusedIndexes([watched(0)], context).unused).toMatchObject([
      { isSure: false, doubt: { reason: "watched-too-briefly" } },
    ]);
  });

  it("since its last scan, as the server tells, was unused for so long, and no longer than the counters reach", () => {
    const lastScanAtMs = NOW_MS - 500 * DAY_MS;
    const one = watched(1, { scansCounted: 1, lastScanAtMs });
    const since = (days: number) => ({ ...CONTEXT, countedSinceMs: NOW_MS - days * DAY_MS });
    expect(findUnusedIndexes([one], since(900)).unused).toMatchObject([{ isSure: true }]);
    // A replica may have thrown its counters away since.
    expect(findUnusedIndexes([one], since(20)).unused).toMatchObject([{ isSure: false }]);
  });

  it("though it was once, may serve a yearly job", () => {
    const once = watched(100, { scansCounted: 3 });
    expect(findUnusedIndexes([once], CONTEXT).unused).toMatchObject([
      { isSure: false, doubt: { reason: "scanned-before" } },
    ]);
    const rareWindowMs = 90 * DAY_MS;
    expect(findUnusedIndexes([once], { ...CONTEXT, rareWindowMs }).unused).toMatchObject([
      { isSure: true },
    ]);
  });

  it("and was scanned before it was watched, is not listed within a week", () => {
    const context = { ...CONTEXT, countedSinceMs: NOW_MS - 90 * DAY_MS };
    expect(findUnusedIndexes([watched(6, { scansCounted: 5 })], context).unused).toEqual([]);
    expect(findUnusedIndexes([watched(8, { scansCounted: 5 })], context).unused).toHaveLength(1);
  });

  it("may be used by a replica, which is said", () => {
    const { unused } = findUnusedIndexes([watched(40)], { ...CONTEXT, replicas: 2 });
    expect(unused[0]?.caveats).toEqual([
      "only the primary was looked at, and 2 replicas are connected: queries there may use the index",
    ]);
  });

  it("of a watched replica is never sure to be unused", () => {
    const { unused } = findUnusedIndexes([watched(400)], { ...CONTEXT, isReplica: true });
    expect(unused).toMatchObject([{ isSure: false }]);
  });

  it("is not watched for a negative time when the clock was set back", () => {
    const { unused } = findUnusedIndexes([watched(-3)], CONTEXT);
    expect(unused).toMatchObject([
      { isSure: false, reason: "no scan in the 1 min that it was watched" },
    ]);
  });

  it.each<IndexDuty>([
    { kind: "primary key" },
    { kind: "unique" },
    { kind: "constraint", name: "k" },
    { kind: "replica identity" },
    { kind: "referenced", by: ["k"] },
    { kind: "foreign key", names: ["k"] },
  ])("stays where something else needs it: $kind", (duty) => {
    const one = watched(400, { portrait: portrait("i", shape(["a"]), { duties: [duty] }) });
    const { unused, declined } = findUnusedIndexes([one], CONTEXT);
    expect(unused).toEqual([]);
    expect(declined).toMatchObject([
      { candidate: "public.i", reason: duty.kind.replaceAll(" ", "-") },
    ]);
  });

  it("is another list's where it is invalid, and its parent's where it is a partition's", () => {
    const invalid = portrait("i", shape(["a"]), { index: { isValid: false } });
    const part = portrait("i", shape(["a"]), {
      index: { parent: { schema: "public", name: "p" } },
    });
    const all = [watched(40, { portrait: invalid }), watched(40, { portrait: part })];
    expect(findUnusedIndexes(all, CONTEXT)).toEqual({ unused: [], declined: [] });
  });
});

it("an index that was scanned once is used", () => {
  expect(findUnusedIndexes([watched(40, { scansSeen: 1 })], CONTEXT).unused).toEqual([]);
});
