import { seededRandom } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type { NamespaceOptions } from "../../src/options/namespace-options.ts";
import { gate, openCache, playedTier, turn } from "./support/caches.ts";

const EXACT: NamespaceOptions = { ttl: 1_000, jitter: 0, refreshAhead: 0 };

/** A source that counts its loads and fails when told to. */
function source() {
  const state = { loads: 0, running: 0, most: 0, isDown: false, wait: Promise.resolve() };
  const load = async (): Promise<number> => {
    state.loads += 1;
    state.running += 1;
    state.most = Math.max(state.most, state.running);
    const { loads } = state;
    await state.wait;
    state.running -= 1;
    if (state.isDown) throw new Error("the source is down");
    return loads;
  };
  return { state, load };
}

test("a value is fresh until its time to live ends, and not at that instant", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<number>("user", EXACT);
  const { load } = source();
  await users.getOrLoad(1, load);
  clock.advance(999);
  expect(users.getOrLoad(1, load)).toBe(1);
  expect(users.peek(1)).toBe(1);
  clock.advance(1);
  expect(users.peek(1)).toBeUndefined();
  expect(await users.has(1)).toBe(false);
  expect(await users.getOrLoad(1, load)).toBe(2);
});

test("times to live are drawn within the bounds of jitter, and use all of them", async () => {
  const { cache, clock } = openCache({ random: seededRandom(7) });
  const users = cache.namespace<number>("user", { ...EXACT, jitter: 0.2 });
  await Promise.all(Array.from({ length: 500 }, (_, id) => users.getOrLoadAsync(id, () => id)));
  const alive = () =>
    Array.from({ length: 500 }, (_, id) => users.peek(id)).filter((one) => one !== undefined)
      .length;
  clock.advance(799);
  expect(alive()).toBe(500);
  clock.advance(201);
  expect(alive()).toBeGreaterThan(150);
  expect(alive()).toBeLessThan(350);
  clock.advance(200);
  expect(alive()).toBe(0);
});

test("there-is-none has a time to live of its own, and none at all with 0", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string | null>("user", { ...EXACT, negativeTtl: 100 });
  await users.getOrLoad(1, () => null);
  await users.getOrLoad(2, () => "Ada");
  clock.advance(150);
  expect(users.getOrLoad(1, () => "made since")).toBeInstanceOf(Promise);
  expect(users.getOrLoad(2, () => "never")).toBe("Ada");
  const strict = cache.namespace<string | null>("strict", { ...EXACT, negativeTtl: 0 });
  await strict.getOrLoad(1, () => null);
  expect(strict.getOrLoad(1, () => "made since")).toBeInstanceOf(Promise);
});

test("what counts as absent is up to the namespace", async () => {
  const { cache, clock } = openCache();
  const lists = cache.namespace<string[]>("list", {
    ...EXACT,
    negativeTtl: 10,
    isAbsent: (value) => Array.isArray(value) && value.length === 0,
  });
  await lists.getOrLoad(1, () => []);
  clock.advance(20);
  expect(lists.peek(1)).toBeUndefined();
  expect(await lists.loadMany([2], (ids) => new Map(ids.map((id) => [id, []])))).toEqual(new Map());
});

test("a tier has its own time to live, or is left out", async () => {
  const tier = await playedTier();
  const { cache, clock } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<number>("user", {
    ...EXACT,
    perTier: { memory: { ttl: 100 }, plain: { ttl: 5_000 } },
  });
  const alone = cache.namespace<number>("alone", { ...EXACT, perTier: { plain: false } });
  const { load } = source();
  await users.getOrLoad(1, load);
  await alone.getOrLoad(1, load);
  await until(() => tier.outcomes.length === 1);
  expect(tier.fills[0]).toMatchObject({ key: "user:1", ttlMs: 5_000 });
  clock.advance(150);
  expect(users.peek(1)).toBeUndefined();
  expect(await users.getOrLoad(1, load)).toBe(1);
  expect(tier.count("fill")).toBe(1);
});

describe("refresh ahead", () => {
  test("a value is refreshed before its end, behind a reader who waits for nothing", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ttl: 1_000, jitter: 0, refreshAhead: 10 });
    let loads = 0;
    const load = async () => {
      clock.advance(100);
      loads += 1;
      return loads;
    };
    await users.getOrLoad(1, load);
    clock.advance(999);
    expect(users.getOrLoad(1, load)).toBe(1);
    await turn();
    expect(loads).toBe(2);
    expect(users.getOrLoad(1, load)).toBe(2);
  });

  test("within that time all who do not load get the value as before", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ttl: 1_000, jitter: 0, refreshAhead: 10 });
    await users.getOrLoad(1, async () => {
      clock.advance(100);
      return 1;
    });
    clock.advance(990);
    expect(await users.get(1)).toBe(1);
    expect((await users.getMany([1])).get(1)).toBe(1);
    expect((await users.loadMany([1], () => new Map([[1, 2]]))).get(1)).toBe(1);
    expect((await users.getBody(1, () => 2)).body.toString()).toBe("1");
  });
});

describe("stale while revalidate", () => {
  const options: NamespaceOptions = { ...EXACT, staleWhileRevalidate: 1_000 };

  test("an expired value is given at once and refreshed once in the background", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", options);
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_500);
    for (let reader = 0; reader < 10; reader += 1) expect(users.getOrLoad(1, load)).toBe(1);
    await turn();
    expect(state.loads).toBe(2);
    expect(users.getOrLoad(1, load)).toBe(2);
    clock.advance(2_000);
    expect(users.getOrLoad(1, load)).toBeInstanceOf(Promise);
  });

  test("no more refreshes run at once than allowed, and their places are given back", async () => {
    const { cache, clock } = openCache({ maxConcurrentRefreshes: 3 });
    const users = cache.namespace<number>("user", options);
    const { state, load } = source();
    for (let round = 0; round < 5; round += 1) {
      state.wait = Promise.resolve();
      for (let id = 0; id < 20; id += 1) await users.getOrLoad(id, load);
      clock.advance(1_500);
      const stop = gate();
      state.wait = stop.promise;
      state.most = 0;
      state.isDown = round % 2 === 0;
      for (let id = 0; id < 20; id += 1) void users.getOrLoad(id, load);
      await turn();
      expect(state.most).toBe(3);
      stop.open();
      await turn();
      expect(state.running).toBe(0);
      state.isDown = false;
      await users.clear();
    }
    expect(cache.statistics().namespaces[0]?.total.refreshes).toEqual({ started: 15, refused: 85 });
  });

  test("a read that is refused keeps no place of a refresh", async () => {
    const { cache, clock } = openCache({ maxConcurrentRefreshes: 1 });
    const users = cache.namespace<number>("user", options);
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_500);
    expect(() => users.getOrLoad(1, load, { tags: ["#bad"] })).toThrow(/SG_CACHE_BAD_KEY|a tag/);
    void users.getOrLoad(1, load);
    await turn();
    expect(state.loads).toBe(2);
  });

  test("after a refresh that failed there is a pause before the next", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ...options, staleWhileRevalidate: 10_000 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_500);
    state.isDown = true;
    const read = async () => {
      expect(users.getOrLoad(1, load)).toBe(1);
      await turn();
    };
    await read();
    await read();
    clock.advance(999);
    await read();
    expect(state.loads).toBe(2);
    clock.advance(1);
    await read();
    expect(state.loads).toBe(3);
  });

  test("the pause never makes a value live longer than it may be stale", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ...options, staleWhileRevalidate: 300 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_250);
    state.isDown = true;
    void users.getOrLoad(1, load);
    await turn();
    clock.advance(49);
    expect(users.getOrLoad(1, load)).toBe(1);
    clock.advance(1);
    await expect(users.getOrLoad(1, load)).rejects.toThrow("down");
  });

  test("an expired value of a shared tier ends no refresh: its place is kept until the load is over", async () => {
    const tier = await playedTier();
    const { cache, clock } = openCache({
      tiers: [memoryTier(), tier],
      bus: "none",
      maxConcurrentRefreshes: 1,
    });
    const users = cache.namespace<number>("user", { ...options, staleWhileRevalidate: 10_000 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    await users.getOrLoad(2, load);
    await until(() => tier.outcomes.length === 2);
    clock.advance(1_500);
    tier.altered = (found) => found.map((one) => one && { ...one, freshMs: -500 });
    const stop = gate();
    state.wait = stop.promise;
    state.isDown = true;
    void users.getOrLoad(1, load);
    await until(() => state.running === 1);
    void users.getOrLoad(2, load);
    await turn();
    expect(state.most).toBe(1);
    stop.open();
    await until(() => state.running === 0);
    await turn();
    void users.getOrLoad(1, load);
    await turn();
    expect(state.loads).toBe(3);
  });
});

describe("stale if error", () => {
  const options: NamespaceOptions = { ...EXACT, staleIfError: 1_000 };

  test("an expired value is given when the loader fails, as long as allowed", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", options);
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_999);
    state.isDown = true;
    expect(await users.getOrLoad(1, load)).toBe(1);
    clock.advance(1);
    await expect(users.getOrLoad(1, load)).rejects.toThrow("down");
  });

  test("so is one that only a shared tier has, but none beyond its time", async () => {
    const tier = await playedTier();
    const { cache } = openCache({ tiers: [tier] });
    const users = cache.namespace<number>("user", { ...options, softTimeout: 0 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    await until(() => tier.outcomes.length === 1);
    state.isDown = true;
    tier.altered = (found) => found.map((one) => one && { ...one, freshMs: -900 });
    expect(await users.getOrLoad(1, load)).toBe(1);
    tier.altered = (found) => found.map((one) => one && { ...one, freshMs: -1_100 });
    const stop = gate();
    state.wait = stop.promise;
    const late = users.getOrLoad(1, load);
    setTimeout(() => stop.open(), 5);
    await expect(late).rejects.toThrow("down");
  });

  test("after the soft time-out the expired value is given, and the load goes on and lands", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ...options, softTimeout: 5 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_500);
    const stop = gate();
    state.wait = stop.promise;
    expect(await users.getOrLoad(1, load)).toBe(1);
    expect(state.running).toBe(1);
    stop.open();
    await turn();
    expect(users.getOrLoad(1, load)).toBe(2);
  });

  test("a load that fails after the soft time-out disturbs nobody", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<number>("user", { ...options, softTimeout: 5 });
    const { state, load } = source();
    await users.getOrLoad(1, load);
    clock.advance(1_500);
    const stop = gate();
    state.wait = stop.promise;
    state.isDown = true;
    expect(await users.getOrLoad(1, load)).toBe(1);
    expect(await users.getOrLoad(1, load)).toBe(1);
    stop.open();
    await turn();
    expect(state.running).toBe(0);
    expect(cache.statistics().namespaces[0]?.total.loads.failed).toBe(1);
  });
});

test("after the hard time-out the load fails, its signal is aborted, and what it brings later is not kept", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user", { hardTimeout: 10 });
  const late = gate<string>();
  let signal: AbortSignal | undefined;
  const slow = users.getOrLoad(1, (context) => {
    signal = context.signal;
    return late.promise;
  });
  await expect(slow).rejects.toMatchObject({ code: "SG_CACHE_LOAD_TIMEOUT" });
  expect(signal?.aborted).toBe(true);
  expect(signal?.reason).toMatchObject({ code: "SG_CACHE_LOAD_TIMEOUT" });
  late.open("too late");
  await turn();
  expect(users.peek(1)).toBeUndefined();
  expect(await users.getOrLoad(1, () => "again")).toBe("again");
  expect(cache.statistics().namespaces[0]?.total.loads["timed-out"]).toBe(1);
});

test("what nobody asks for again leaves as others come, without a timer", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<number>("user", EXACT);
  for (let id = 0; id < 100; id += 1) await users.getOrLoad(id, () => id, { tags: [`tag ${id}`] });
  clock.advance(1_000);
  for (let id = 0; id < 100; id += 1) await users.getOrLoad(`new ${id}`, () => id);
  expect(cache.statistics().memory.entries).toBeLessThanOrEqual(110);
  expect(cache.statistics().namespaces[0]?.total.evictions.expired).toBeGreaterThanOrEqual(90);
});
