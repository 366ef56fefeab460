import { expect, test } from "vitest";
import { type Gauges, StatisticsRecorder } from "../../src/analytics/recorder.ts";
import type { NamespaceStatistics } from "../../src/analytics/statistics.ts";
import { ManualClock } from "../bloom/manual-clock.ts";

const GAUGES: Gauges = {
  memory: { entries: 3, sizeBytes: 300, maxEntries: 1_000, maxBytes: 1_000_000 },
  namespaces: new Map([["user", { ttlMs: 60_000, entries: 3, sizeBytes: 300, isWarmable: false }]]),
};

function books() {
  const clock = new ManualClock();
  const recorder = new StatisticsRecorder({ clock });
  const read = () => recorder.statistics(GAUGES);
  const readUser = (): NamespaceStatistics => {
    const user = read().namespaces.find(({ name }) => name === "user");
    if (user === undefined) throw new Error("no such namespace");
    return user;
  };
  return { clock, recorder, user: recorder.namespace("user"), read, readUser };
}

test("reads are told apart by who answered them", () => {
  const { user, readUser } = books();
  user.recordHits(64);
  user.recordNegativeHit();
  user.recordStale(false);
  user.recordKnownAbsent();
  for (let read = 0; read < 10; read += 1) user.recordMiss();
  for (let read = 0; read < 6; read += 1) user.recordTierHit("redis", 100);
  for (let read = 0; read < 4; read += 1) user.recordTierMiss("redis");
  user.recordStale(true);

  const { total } = readUser();
  expect(total).toMatchObject({
    lookups: 64 + 1 + 1 + 10,
    memoryHits: 64,
    tierHits: { redis: 6 },
    staleHits: 1,
    staleRescues: 1,
    negativeHits: 1,
    knownAbsent: 1,
    memoryMisses: 10,
    misses: 4,
    bytesRead: 600,
  });
  expect(total.hitRatio).toBeCloseTo(72 / 76);
});

test("loads, fills, evictions and compression are counted by their outcome", () => {
  const { user, readUser } = books();
  user.recordLoad("loaded", 10);
  user.recordLoad("absent", 30);
  user.recordLoad("failed", 500);
  user.recordLoad("timed-out", 500);
  user.recordHits(100);
  user.recordJoin();
  user.recordClaimWait(12);
  user.recordRefresh(true);
  user.recordRefresh(false);
  user.recordReload(true);
  user.recordReload(false);
  user.recordFill("stored", 400);
  user.recordFill("superseded", 400);
  user.recordEviction("size", 50, 0);
  user.recordEviction("expired", 50, 2);
  user.recordEviction("invalidated", 50, 0);
  user.recordCompression(1_000, 250);
  user.recordLanding(2_000);
  user.recordRefused();

  const { total, ttlMs, entries } = readUser();
  expect([ttlMs, entries]).toEqual([60_000, 3]);
  expect(total.loads).toEqual({ loaded: 1, absent: 1, failed: 1, "timed-out": 1 });
  expect(total.loadMs).toMatchObject({ count: 2, sum: 40, mean: 20 });
  expect(total.savedMs).toBe(100 * 20);
  expect(total).toMatchObject({
    joins: 1,
    claimsWaited: 1,
    claimWaitMs: 12,
    refreshes: { started: 1, refused: 1 },
    reloads: { equal: 1, changed: 1 },
    bytesWritten: 400,
    neverHit: 1,
    evictedBytes: 150,
    refused: 1,
  });
  expect(total.fills).toMatchObject({ stored: 1, superseded: 1, fenced: 0 });
  expect(total.evictions).toMatchObject({ size: 1, expired: 1, invalidated: 1, replaced: 0 });
  expect(total.compression.ratio).toBe(4);
  expect(total.valueBytes.p99).toBeGreaterThan(1_900);
});

test("sampled hits tell the age at hit by tenths of the time to live, and the hot keys", () => {
  const { user, readUser } = books();
  user.sampleHit("a", 0, 60_000, 32);
  user.sampleHit("a", 7_000, 60_000, 32);
  user.sampleHit("b", 59_999, 60_000, 32);
  user.sampleHit("b", 90_000, 60_000, 32);
  user.sampleHit("c", 1, 0, 32);

  const { total, hotKeys } = readUser();
  expect(total.ageAtHit).toEqual([32, 32, 0, 0, 0, 0, 0, 0, 0, 64]);
  expect(hotKeys.map(({ key, share }) => [key, share])).toEqual([
    ["a", 0.4],
    ["b", 0.4],
    ["c", 0.2],
  ]);
  expect(total.memoryHits).toBe(0);
});

test("recent counts cover the last minutes and the total all", () => {
  const { clock, user, readUser, read } = books();
  user.recordHits(1_000);
  for (let minute = 0; minute < 10; minute += 1) {
    clock.nowMs += 60_000;
    user.recordMiss();
  }
  const { total, recent } = readUser();
  expect(total).toMatchObject({ memoryHits: 1_000, memoryMisses: 10 });
  expect(recent.memoryHits).toBe(0);
  expect(recent.memoryMisses).toBeGreaterThanOrEqual(5);
  expect(recent.memoryMisses).toBeLessThanOrEqual(6);
  expect(read().recentMs).toBeGreaterThanOrEqual(300_000);
  expect(read().recentMs).toBeLessThanOrEqual(360_000);
});

test("a namespace that came later is not charged with what was before it", () => {
  const { clock, recorder, user, read } = books();
  for (let minute = 0; minute < 8; minute += 1) {
    clock.nowMs += 60_000;
    user.recordMiss();
  }
  recorder.namespace("late").recordHits(7);
  const late = read().namespaces.find(({ name }) => name === "late");
  expect(late?.recent.memoryHits).toBe(7);
  expect(late?.total.memoryHits).toBe(7);
});

test("a tier's answers, failures and breaker are told with the hits that namespaces had in it", () => {
  const { clock, recorder, user, read } = books();
  const redis = recorder.tier("redis");
  redis.recordAnswer(2);
  redis.recordTimeout();
  redis.recordError();
  redis.recordBreaker("open");
  redis.recordBreaker("open");
  clock.nowMs += 5_000;
  user.recordTierHit("redis", 10);

  expect(read().tiers).toMatchObject([
    {
      name: "redis",
      breaker: "open",
      breakerMs: 5_000,
      total: { answers: 1, timeouts: 1, errors: 1, opened: 1, hits: 1, misses: 0 },
    },
  ]);
});

test("the tags that drop most are told with the widest share, and fade", () => {
  const { clock, recorder, read } = books();
  recorder.recordInvalidation("all", 900, 1_000);
  recorder.recordInvalidation("all", 10, 100);
  recorder.recordInvalidation("one", 1, 1_000);
  expect(read().tags).toEqual([
    { tag: "all", entries: 910, invalidations: 2, widestShare: 0.9 },
    { tag: "one", entries: 1, invalidations: 1, widestShare: 0.001 },
  ]);
  for (let minute = 0; minute < 20; minute += 1) {
    clock.nowMs += 60_000;
    read();
  }
  expect(read().tags).toEqual([]);
});

test("thousands of tags take no more memory than the few that matter", () => {
  const { recorder, read } = books();
  for (let tag = 0; tag < 5_000; tag += 1) recorder.recordInvalidation(`tag:${tag}`, 1, 10);
  recorder.recordInvalidation("wide", 500, 1_000);
  const { tags } = read();
  expect(tags[0]).toMatchObject({ tag: "wide", widestShare: 0.5 });
  expect(tags.length).toBeLessThanOrEqual(20);
});

test("statistics are plain data", () => {
  const { user, read } = books();
  user.recordHits(1);
  const statistics = read();
  expect(JSON.parse(JSON.stringify(statistics))).toEqual(statistics);
});
