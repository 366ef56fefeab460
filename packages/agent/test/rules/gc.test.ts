import { describe, expect, test } from "vitest";
import {
  type AllocationProfile,
  readAllocationProfile,
} from "../../src/rules/gc/allocation-profile.ts";
import { chooseSetting, currentSemiSpaceMb } from "../../src/rules/gc/choose-setting.ts";
import { gcPressureRule } from "../../src/rules/gc/gc-pressure.ts";
import { replayProfile } from "../../src/rules/gc/replay.ts";
import type { Collection } from "../../src/samplers/observation.ts";
import { ruleWorld } from "./rule-world.ts";

const MEGABYTE = 1e6;

const PROFILE: AllocationProfile = {
  bytesPerSecond: 100e6,
  lastingShare: 0.3,
  lifeBytes: 3e6,
  floorBytes: 2e6,
  pauseShare: 0.2,
  longestPauseMs: 20,
  minorPerSecond: 30,
  majorPerSecond: 1,
};

describe("the allocation profile", () => {
  test("is read from collections: rate, pauses and floor", () => {
    const profile = readAllocationProfile(minorCollections(50, 8, 1), 10_000, 10 * MEGABYTE);
    expect(profile?.bytesPerSecond).toBeCloseTo((49 * 8 * MEGABYTE) / 10, -4);
    expect(profile?.pauseShare).toBeCloseTo((50 * 4) / 10_000, 6);
    expect(profile?.minorPerSecond).toBe(5);
  });

  test("tells a long life from a short one by what survives twice", () => {
    const short = readAllocationProfile(minorCollections(50, 8, 0.2), 10_000, 10 * MEGABYTE);
    const long = readAllocationProfile(minorCollections(50, 8, 1.6), 10_000, 10 * MEGABYTE);
    expect(long?.lifeBytes).toBeGreaterThan(2 * (short?.lifeBytes ?? 0));
    for (const profile of [short, long]) {
      expect(profile?.lastingShare).toBeGreaterThan(0);
      expect(profile?.lastingShare).toBeLessThanOrEqual(1);
    }
  });

  test("is not read from too few", () => {
    expect(readAllocationProfile(minorCollections(5, 8, 1), 10_000, 1)).toBeUndefined();
    expect(readAllocationProfile([], 10_000, 1)).toBeUndefined();
  });
});

describe("the setting", () => {
  const replayWith =
    (pausedMsPerGb: (semiSpaceMb: number) => number) =>
    (_profile: AllocationProfile, setting: { readonly semiSpaceMb: number }) =>
      Promise.resolve({
        setting,
        pausedMsPerGb: pausedMsPerGb(setting.semiSpaceMb),
        longestMs: 1,
      });

  test("is the smallest that helps clearly", async () => {
    const replay = replayWith((size) => (size >= 64 ? 100 : 1600 / size + 100));
    const choice = await chooseSetting(PROFILE, 10e9, replay, 16);
    expect(choice?.better.setting.semiSpaceMb).toBe(64);
    expect(choice?.current.setting.semiSpaceMb).toBe(16);
    expect(choice?.remainingShare).toBeCloseTo(0.5, 6);
  });

  test("is none where nothing helps, and none that the memory has no room for", async () => {
    expect(
      await chooseSetting(
        PROFILE,
        10e9,
        replayWith(() => 100),
        16,
      ),
    ).toBeUndefined();
    const helpful = replayWith((size) => 1600 / size);
    expect(await chooseSetting(PROFILE, 10e6, helpful, 16)).toBeUndefined();
  });

  test("that the process has is read from its flags", () => {
    expect(currentSemiSpaceMb([])).toBe(16);
    expect(currentSemiSpaceMb(["--max-semi-space-size=64"])).toBe(64);
    expect(currentSemiSpaceMb(["--max_semi_space_size=8", "--max-semi-space-size=32"])).toBe(32);
    expect(currentSemiSpaceMb(["--max-semi-space-size=0"])).toBe(16);
  });

  test("really mends what survives a small young generation, in a child process", async () => {
    const total = 300e6;
    const small = await replayProfile(PROFILE, { semiSpaceMb: 1 }, total);
    const large = await replayProfile(PROFILE, { semiSpaceMb: 32 }, total);
    expect(small.pausedMsPerGb).toBeGreaterThan(0);
    expect(large.pausedMsPerGb).toBeLessThan(small.pausedMsPerGb);
  });
});

describe("pressure", () => {
  test("is told with its share of the time, and goes away", () => {
    const world = ruleWorld();
    const rule = gcPressureRule(world, { triesSettings: false });
    for (let index = 0; index < 300; index += 1) {
      world.collect({
        kind: "minor",
        pauseMs: 15,
        heapUsedBeforeBytes: 30e6,
        heapUsedAfterBytes: 22e6,
      });
      world.clock.advance(100);
    }
    const [finding] = present(rule.look());
    expect(finding?.kind).toBe("gc/pressure");
    expect(finding?.severity).toBe("high");
    expect(finding?.summary).toMatch(
      /^Garbage collection holds the thread for 1[45]\.?\d* % of the time/,
    );
    for (let index = 0; index < 60; index += 1) {
      world.collect({
        kind: "minor",
        pauseMs: 1,
        heapUsedBeforeBytes: 30e6,
        heapUsedAfterBytes: 22e6,
      });
      world.clock.advance(1000);
    }
    expect(present(rule.look())).toEqual([]);
  });

  test("at the heap's limit asks for a larger heap", () => {
    const world = ruleWorld();
    world.observe({
      heap: {
        usedBytes: 95e6,
        totalBytes: 100e6,
        limitBytes: 100e6,
        externalBytes: 0,
        arrayBuffersBytes: 0,
        detachedContexts: 0,
        spaces: {},
      },
    });
    const rule = gcPressureRule(world, { triesSettings: false });
    for (let index = 0; index < 300; index += 1) {
      world.collect({
        kind: index % 10 === 0 ? "major" : "minor",
        pauseMs: 15,
        heapUsedBeforeBytes: 95e6,
        heapUsedAfterBytes: 90e6,
      });
      world.clock.advance(100);
    }
    expect(present(rule.look())[0]?.remedy).toContain("--max-old-space-size");
  });
});

function present<Item>(found: readonly Item[] | Promise<readonly Item[]>): readonly Item[] {
  return found instanceof Promise ? [] : found;
}

function minorCollections(count: number, allocatedMb: number, promotedMb: number): Collection[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: index * 200,
    kind: "minor",
    pauseMs: 4,
    isForced: false,
    heapUsedBeforeBytes: 30 * MEGABYTE,
    heapUsedAfterBytes: (30 - allocatedMb) * MEGABYTE,
    externalAfterBytes: 0,
    promotedBytes: promotedMb * MEGABYTE,
  }));
}
