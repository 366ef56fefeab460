import { describe, expect, test } from "vitest";
import { followCollectingRight } from "../../src/platform/collecting-right.ts";
import { createSourceBoard, type SourceBoard } from "../../src/platform/source-board.ts";
import { healthOf, readinessOf } from "../../src/status/health.ts";

const MAIN = { id: "database:main", kind: "database", name: "main", everyMs: 10_000 } as const;

function board(): { readonly sources: SourceBoard; readonly changes: () => number } {
  let changes = 0;
  const sources = createSourceBoard(() => {
    changes += 1;
  });
  sources.add(MAIN);
  return { sources, changes: () => changes };
}

const stateAt = (sources: SourceBoard, nowMs: number): string | undefined =>
  sources.list(nowMs)[0]?.state;

describe("the board of sources", () => {
  test("says waiting, fresh, late and lost, and tells each change once", () => {
    const { sources, changes } = board();
    expect(sources.list(0)[0]).toMatchObject({ state: "waiting", readAt: null, ageMs: null });
    sources.succeeded(MAIN.id, 100_000);
    expect(changes()).toBe(1);
    sources.succeeded(MAIN.id, 110_000);
    expect(changes()).toBe(1);
    expect(stateAt(sources, 140_000)).toBe("fresh");
    sources.look(140_000);
    expect(stateAt(sources, 146_000)).toBe("late");
    sources.look(146_000);
    sources.look(147_000);
    expect(changes()).toBe(2);
    for (let failure = 0; failure < 5; failure += 1) sources.failed(MAIN.id, "it is gone");
    expect(sources.list(150_000)[0]).toMatchObject({
      state: "lost",
      ageMs: 40_000,
      problem: "it is gone",
    });
    // With the first failure, and when it is lost.
    expect(changes()).toBe(5);
  });

  test("makes nothing younger than new when the clock was set back", () => {
    const { sources } = board();
    sources.succeeded(MAIN.id, 1_000_000);
    expect(sources.list(400_000)[0]).toMatchObject({ state: "fresh", ageMs: 0 });
  });

  test("keeps what is known of a source that is added again", () => {
    const { sources } = board();
    sources.succeeded(MAIN.id, 1_000);
    sources.add({ ...MAIN, everyMs: 20_000 });
    expect(stateAt(sources, 60_000)).toBe("fresh");
  });

  test("takes over what another instance says of a source", () => {
    const { sources } = board();
    sources.heard(MAIN.id, { readAtMs: 5_000, problem: "half of it is hidden", failures: 0 });
    expect(sources.list(6_000)[0]).toMatchObject({ ageMs: 1_000, problem: "half of it is hidden" });
  });
});

describe("the right to read what one instance alone reads", () => {
  const well = (readAtMs: number) => ({ readAtMs, problem: null, failures: 0 });
  const gone = { readAtMs: 1_000, problem: "gone", failures: 4 };

  test("is the leader's, and of nobody who never led", () => {
    const may = followCollectingRight();
    expect(may({ isLeading: false, nowMs: 0, store: well(0) })).toBe(false);
    expect(may({ isLeading: false, nowMs: 9, store: gone })).toBe(false);
    expect(may({ isLeading: true, nowMs: 10, store: well(0) })).toBe(true);
  });

  test("stays with whoever led last while the store is gone, until it has answered", () => {
    const may = followCollectingRight();
    may({ isLeading: true, nowMs: 1_000, store: well(900) });
    expect(may({ isLeading: false, nowMs: 1_500, store: well(900) })).toBe(true);
    expect(may({ isLeading: false, nowMs: 9_000, store: gone })).toBe(true);
    expect(may({ isLeading: false, nowMs: 10_000, store: well(9_900) })).toBe(false);
    // Another one may have it: only the lead brings it back.
    expect(may({ isLeading: false, nowMs: 11_000, store: gone })).toBe(false);
  });
});

describe("health", () => {
  test("fails with the store, is worse for what is watched, and names nothing", () => {
    const { sources } = board();
    sources.add({ id: "store", kind: "store", name: "db.internal:5432/store", everyMs: 2_000 });
    sources.succeeded("store", 1_000);
    sources.succeeded(MAIN.id, 1_000);
    expect(healthOf("1", sources.list(1_000)).status).toBe("ok");
    for (let failure = 0; failure < 3; failure += 1) sources.failed(MAIN.id, "gone");
    const degraded = healthOf("1", sources.list(1_000));
    expect(degraded.status).toBe("degraded");
    expect(JSON.stringify(degraded)).not.toContain("internal");
    expect(readinessOf("1", sources.list(1_000), false).status).toBe("ok");
    expect(readinessOf("1", sources.list(1_000), true).status).toBe("failing");
    sources.succeeded("store", 2_000, "no space left on device");
    expect(healthOf("1", sources.list(2_000)).checks[0]).toMatchObject({ status: "degraded" });
    expect(readinessOf("1", sources.list(2_000), false).status).toBe("degraded");
    for (let failure = 0; failure < 3; failure += 1) sources.failed("store", "gone");
    expect(readinessOf("1", sources.list(2_000), false).status).toBe("failing");
  });
});
