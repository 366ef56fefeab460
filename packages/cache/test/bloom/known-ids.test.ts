import { expect, test } from "vitest";
import { KnownIds } from "../../src/bloom/known-ids.ts";
import type { KnownIdsState } from "../../src/bloom/known-ids-options.ts";
import { ManualClock } from "./manual-clock.ts";

function knownIds(options: { settleMs?: number; maxBytes?: number; attempts?: number } = {}) {
  const states: string[] = [];
  const clock = new ManualClock();
  const known = new KnownIds({
    clock,
    expectedIds: 1_000,
    onState: (state) => states.push(describeState(state)),
    ...options,
  });
  return { known, clock, states };
}

/** A source that waits at its only id until it is let go. */
function heldSource(id: string) {
  let letGo: () => void = () => {};
  let reached: () => void = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  async function* source() {
    reached();
    await held;
    yield id;
  }
  return { source, isReached, letGo };
}

test("before the first rebuild everything may exist", () => {
  const { known } = knownIds();
  expect(known.mayExist("1")).toBe(true);
  expect(known.state).toEqual({ kind: "distrusted", reason: "never built" });
});

test("after a rebuild only what the source gave, and what was added, may exist", async () => {
  const { known, states } = knownIds();
  const outcome = await known.rebuild(() => ["1", 2, ["3", 4]]);
  known.add(["5"]);

  expect(outcome).toMatchObject({ kind: "serving", ids: 4 });
  expect(["1", "2", "3", "4", "5", "6"].map((id) => known.mayExist(id))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(states).toEqual(["building", "serving"]);
});

test("an id added while a rebuild reads an older state of the source is not hidden by it", async () => {
  const { known } = knownIds();
  await known.rebuild(() => ["1"]);
  const { source, isReached, letGo } = heldSource("1");
  const rebuilt = known.rebuild(source);
  await isReached;
  known.add(["2"]);
  expect(known.mayExist("2")).toBe(true);
  letGo();
  await rebuilt;
  expect(known.mayExist("2")).toBe(true);
  expect(known.mayExist("3")).toBe(false);
});

test("an id added just before a rebuild whose source does not show it yet is not hidden", async () => {
  const { known } = knownIds();
  await known.rebuild(() => ["1"]);
  known.add(["2"]);
  await known.rebuild(() => ["1"]);
  await known.rebuild(() => ["1"]);
  expect(known.mayExist("2")).toBe(true);
});

test("an addition is forgotten once a rebuild that began after the settling time did not show it", async () => {
  const { known, clock } = knownIds({ settleMs: 60_000 });
  known.add(["deleted since"]);
  await known.rebuild(() => ["1"]);
  clock.nowMs += 59_000;
  await known.rebuild(() => ["1"]);
  expect(known.mayExist("deleted since")).toBe(true);
  clock.nowMs += 2_000;
  await known.rebuild(() => ["1"]);
  expect(known.mayExist("deleted since")).toBe(false);
});

test("distrust answers maybe to all until the next rebuild, and says why", async () => {
  const { known } = knownIds();
  await known.rebuild(() => ["1"]);
  known.distrust("the bus lost messages");
  expect(known.mayExist("2")).toBe(true);
  expect(known.state).toEqual({ kind: "distrusted", reason: "the bus lost messages" });

  await known.rebuild(() => ["1"]);
  expect(known.mayExist("2")).toBe(false);
});

test("distrust during a rebuild reads the source again from its beginning", async () => {
  const { known, states } = knownIds();
  const held = heldSource("never used");
  let calls = 0;
  const rebuilt = known.rebuild((signal) => {
    calls += 1;
    return calls === 1 ? held.source() : signal.aborted ? [] : ["1", "2"];
  });
  await held.isReached;
  known.distrust("gap");

  expect(await rebuilt).toMatchObject({ kind: "serving", ids: 2 });
  expect(calls).toBe(2);
  expect(known.mayExist("never used")).toBe(false);
  expect(states).toEqual(["building", "building", "building", "serving"]);
});

test("a source that fails is asked again, and the trusted filter serves meanwhile", async () => {
  const { known, clock } = knownIds();
  await known.rebuild(() => ["1"]);
  let calls = 0;
  const outcome = await known.rebuild(async function* () {
    calls += 1;
    expect(known.mayExist("9")).toBe(false);
    yield "2";
    if (calls < 3) throw new Error("connection lost");
  });

  expect(outcome).toMatchObject({ kind: "serving", ids: 1 });
  expect(clock.nowMs).toBe(1_000 + 1_000 + 2_000);
  expect(known.mayExist("1")).toBe(false);
});

test("a source that always fails leaves a trusted filter in service and an empty one distrusted", async () => {
  const failing = () => {
    throw new Error("no such table");
  };
  const { known } = knownIds();
  const first = await known.rebuild(failing);
  expect(first).toMatchObject({ kind: "failed", attempts: 3 });
  expect(known.state).toEqual({ kind: "distrusted", reason: "rebuild failed" });

  await known.rebuild(() => ["1"]);
  await known.rebuild(failing);
  expect(known.state).toEqual({ kind: "serving", isRebuilding: false });
  expect(known.mayExist("2")).toBe(false);
});

test("a later rebuild takes over from one that hangs", async () => {
  const { known } = knownIds();
  const { source, isReached, letGo } = heldSource("old");
  const hanging = known.rebuild(source);
  await isReached;
  expect(await known.rebuild(() => ["new"])).toMatchObject({ kind: "serving" });
  expect(await hanging).toEqual({ kind: "superseded" });
  letGo();
  expect(known.mayExist("old")).toBe(false);
});

test("a rebuild that is aborted ends though its source hangs", async () => {
  const { known } = knownIds();
  const { source, isReached } = heldSource("1");
  const abort = new AbortController();
  const rebuilt = known.rebuild(source, { signal: abort.signal });
  await isReached;
  abort.abort();
  expect(await rebuilt).toEqual({ kind: "aborted" });
  expect(known.state).toEqual({ kind: "distrusted", reason: "rebuild aborted" });
});

test("progress counts ids, and other work gets its turn", async () => {
  const { known } = knownIds();
  const told: number[] = [];
  let turns = 0;
  const timer = setImmediate(function turn() {
    turns += 1;
    if (turns < 3) setImmediate(turn);
  });
  await known.rebuild(() => Array.from({ length: 20_000 }, (_, number) => number), {
    onProgress: ({ ids }) => told.push(ids),
  });
  clearImmediate(timer);
  expect(told.at(-1)).toBe(20_000);
  expect(turns).toBe(3);
});

test("its memory stays within its bound and nothing is hidden when that is too small", async () => {
  const maxBytes = 64 * 1_024;
  const { known } = knownIds({ maxBytes });
  const rows = Array.from({ length: 200_000 }, (_, number) => number);
  await known.rebuild(() => [rows]);
  known.add(rows.map((number) => `added:${number}`));

  expect(known.report().sizeBytes).toBeLessThanOrEqual(maxBytes);
  expect(known.report().saturation).toBeGreaterThan(1);
  expect(known.report().falsePositiveRate).toBeGreaterThan(0.5);
  expect(rows.every((number) => known.mayExist(number))).toBe(true);
  expect(rows.every((number) => known.mayExist(`added:${number}`))).toBe(true);
});

test("a closed one answers maybe and its running rebuild ends", async () => {
  const { known } = knownIds();
  const { source, isReached } = heldSource("1");
  const rebuilt = known.rebuild(source);
  await isReached;
  known.close();
  expect(await rebuilt).toEqual({ kind: "superseded" });
  expect(known.mayExist("1")).toBe(true);
  expect(known.state).toEqual({ kind: "distrusted", reason: "closed" });
});

function describeState(state: KnownIdsState): string {
  return state.kind;
}
