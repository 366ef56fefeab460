import { describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { CircuitBreaker } from "../../src/resilience/circuit-breaker.ts";
import type { StoredValue } from "../../src/tiers/tier.ts";
import { gate, openCache, patiently, playedTier, turn, twoPlayedViews } from "./support/caches.ts";
import type { Play, TierCall } from "./support/played-tier.ts";

const CALLS: readonly TierCall[] = ["read", "begin", "fill"];
const PLAYS: readonly Play[] = ["silent", "rejecting", "throwing"];

function breakerOf(cache: ReturnType<typeof openCache>["cache"], name = "plain") {
  return cache.statistics().tiers.find((tier) => tier.name === name)?.breaker;
}

describe.each(CALLS)("a tier whose %s fails", (call) => {
  test.each(PLAYS)("as it is %s holds nobody, and no later call waits for it", async (play) => {
    const tier = await playedTier();
    const { cache, clock } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
    const users = cache.namespace<string>("user");
    tier.play = { [call]: play };
    for (let id = 0; id < 6; id += 1) {
      expect(
        await patiently(
          clock,
          users.getOrLoad(id, () => `user ${id}`),
        ),
      ).toBe(`user ${id}`);
      expect(users.peek(id)).toBe(`user ${id}`);
    }
  });
});

test.each(PLAYS)(
  "a tier that is %s in all is left alone after three failures, and costs nothing then",
  async (play) => {
    const tier = await playedTier();
    const { cache, clock } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
    const users = cache.namespace<string>("user");
    tier.playAll(play);
    for (let id = 0; breakerOf(cache) !== "open"; id += 1) {
      await patiently(
        clock,
        users.getOrLoad(id, () => "there"),
      );
    }
    const asked = tier.calls.length;
    // The clock stands still now: whoever waited for the tier would wait for ever.
    for (let id = 1_000; id < 1_100; id += 1) await users.getOrLoad(id, () => "there");
    expect(await users.get(2_000)).toBeUndefined();
    expect(
      await users.loadMany([3_000], (ids) => new Map(ids.map((id) => [id, "there"]))),
    ).toHaveProperty("size", 1);
    expect(tier.calls.length).toBe(asked);
    // An invalidation is sent all the same.
    const set = patiently(clock, users.set(1, "set"));
    await expect(set).rejects.toMatchObject({ code: "SG_CACHE_INVALIDATION_PENDING" });
    expect(tier.calls.slice(asked).map(({ call }) => call)).toEqual(["invalidate"]);
  },
);

test("one probe goes out in the background when its time has come; its answer closes the breaker", async () => {
  const tier = await playedTier();
  const { cache, clock } = openCache({
    tiers: [memoryTier(), tier],
    bus: "none",
    breaker: { failures: 1, probeAfter: 500, probeAtMost: 800 },
  });
  const users = cache.namespace<string>("user");
  tier.play = { read: "rejecting" };
  await users.getOrLoad(0, () => "there");
  expect(breakerOf(cache)).toBe("open");
  let reads = tier.count("read");
  const readMany = async () => {
    for (let id = 1; id < 20; id += 1) await users.get(`absent ${id}`);
    await turn();
  };
  clock.advance(499);
  await readMany();
  expect(tier.count("read")).toBe(reads);
  // A failed probe doubles the wait, up to the longest.
  for (const waitMs of [1, 800, 800]) {
    clock.advance(waitMs - 1);
    await readMany();
    expect(tier.count("read")).toBe(reads);
    clock.advance(1);
    await readMany();
    reads += 1;
    expect(tier.count("read")).toBe(reads);
    expect(breakerOf(cache)).toBe("open");
  }
  tier.play = {};
  clock.advance(800);
  await readMany();
  expect(breakerOf(cache)).toBe("closed");
  await users.getOrLoad("again", () => "there");
  await until(() => tier.outcomes.at(-1) === "stored");
});

test("while a silent probe is out no other goes, and nobody waits for it", async () => {
  const tier = await playedTier();
  const { cache, clock } = openCache({ tiers: [tier], breaker: { failures: 1 } });
  const users = cache.namespace<string>("user");
  tier.play = { read: "silent" };
  await patiently(clock, users.get(0));
  clock.advance(500);
  const reads = tier.count("read");
  for (let id = 1; id < 20; id += 1) await users.get(id);
  expect(tier.count("read")).toBe(reads + 1);
  expect(breakerOf(cache)).toBe("half-open");
});

test("failures with successes between them do not open the breaker", () => {
  const states: string[] = [];
  const breaker = new CircuitBreaker(
    { failures: 3, probeAfterMs: 10, probeAtMostMs: 100 },
    (state) => states.push(state),
  );
  for (let round = 0; round < 10; round += 1) {
    breaker.failed(0);
    breaker.failed(0);
    breaker.succeeded();
  }
  expect(states).toEqual([]);
  for (let failure = 0; failure < 3; failure += 1) breaker.failed(0);
  expect([breaker.takeProbe(9), breaker.takeProbe(10), breaker.takeProbe(10)]).toEqual([
    false,
    true,
    false,
  ]);
  breaker.failed(10);
  expect([breaker.takeProbe(29), breaker.takeProbe(30)]).toEqual([false, true]);
  breaker.succeeded();
  expect(states).toEqual(["open", "half-open", "open", "half-open", "closed"]);
});

test("an answer that comes after the time-out changes nothing", async () => {
  const [here, elsewhere] = await twoPlayedViews();
  await openCache({ tiers: [elsewhere] })
    .cache.namespace<string>("user")
    .set(1, "stored");
  const { cache, clock } = openCache({ tiers: [memoryTier(), here], bus: "none" });
  const users = cache.namespace<string>("user");
  const late = gate();
  here.delay = (label) => (label === "read comes back" ? late.promise : Promise.resolve());
  expect(
    await patiently(
      clock,
      users.getOrLoad(1, () => "loaded"),
    ),
  ).toBe("loaded");
  late.open();
  await turn();
  expect(users.peek(1)).toBe("loaded");
});

test.each<[string, (found: readonly (StoredValue | undefined)[]) => unknown]>([
  ["nothing", () => undefined],
  ["no list", () => 5],
  ["too few answers", () => []],
  ["too many answers", (found) => [...found, ...found]],
  ["values without tags", (found) => found.map((one) => one && { ...one, tags: undefined })],
])("a tier that answers with %s holds nobody", async (_, altered) => {
  for (const position of ["near", "far"]) {
    const [good, bad] = [await playedTier("good"), await playedTier("bad")];
    const tiers = position === "near" ? [bad, good] : [good, bad];
    const { cache, clock } = openCache({ tiers });
    const users = cache.namespace<string>("user");
    await users.set(1, "stored");
    await users.delete(1);
    await users.set(2, "stored");
    good.altered = (found) => found.map(() => undefined);
    bad.altered = altered;
    const outcomes = await patiently(
      clock,
      Promise.allSettled([1, 2].map(async (id) => users.getOrLoad(id, () => "loaded"))),
    );
    expect(outcomes.length).toBe(2);
  }
});

test("bytes that cannot be read are a miss, in the nearest tier and in a farther one", async () => {
  for (const broken of ["near", "far"]) {
    const [near, far] = [await playedTier("near"), await playedTier("far")];
    const { cache } = openCache({ tiers: [near, far] });
    const users = cache.namespace<{ name: string }>("user");
    await users.set(1, { name: "stored" });
    const nothing = (found: readonly (StoredValue | undefined)[]) => found.map(() => undefined);
    const corrupt = (found: readonly (StoredValue | undefined)[]) =>
      found.map(
        (one) => one && { ...one, payload: { ...one.payload, bytes: Buffer.from("{no json") } },
      );
    near.altered = broken === "near" ? corrupt : nothing;
    far.altered = broken === "near" ? (found) => found : corrupt;
    const expected = broken === "near" ? "stored" : "loaded";
    expect(await users.getOrLoad(1, () => ({ name: "loaded" }))).toEqual({ name: expected });
  }
});

describe("several tiers", () => {
  test("a value of a farther tier fills the nearer ones, with what is left of its time", async () => {
    const [near, far] = [await playedTier("near"), await playedTier("far")];
    const { cache } = openCache({ tiers: [memoryTier(), near, far], bus: "none" });
    const users = cache.namespace<string>("user", { ttl: 1_000, jitter: 0 });
    await openCache({ tiers: [far] })
      .cache.namespace<string>("user", { ttl: 1_000, jitter: 0 })
      .set(1, "far", { tags: ["team"] });
    far.altered = (found) => found.map((one) => one && { ...one, freshMs: 300, ageMs: 700 });
    expect(await users.getOrLoad(1, () => "never")).toBe("far");
    await until(() => near.outcomes.length === 1);
    expect(near.fills).toMatchObject([
      { key: "user:1", tags: ["#user:1", "@user", "team"], ttlMs: 300, ageMs: 700 },
    ]);
    expect(near.outcomes).toEqual(["stored"]);
    expect(users.peek(1)).toBe("far");
  });

  test("its stamps are older than the reading: what is invalidated between them does not live in the nearer tier", async () => {
    const [near, far] = [await playedTier("near"), await playedTier("far")];
    await openCache({ tiers: [far] })
      .cache.namespace<string>("user")
      .set(1, "old", { tags: ["team"] });
    const { cache } = openCache({ tiers: [memoryTier(), near, far], bus: "none" });
    const users = cache.namespace<string>("user");
    const stop = gate();
    far.delay = (label) => (label === "read comes back" ? stop.promise : Promise.resolve());
    const reading = users.getOrLoad(1, () => "never", { tags: ["team"] });
    await until(() => far.count("read") === 1);
    expect(near.count("begin")).toBe(1);
    await cache.invalidate({ tags: ["team"] });
    stop.open();
    expect(await reading).toBe("old");
    await until(() => near.outcomes.length === 1);
    expect(near.outcomes).toEqual(["superseded"]);
    expect(users.peek(1)).toBeUndefined();
    far.delay = () => Promise.resolve();
    expect(await users.getOrLoad(1, () => "new", { tags: ["team"] })).toBe("new");
  });

  test("a dead one in front does not hide what the next one has", async () => {
    const [near, far] = [await playedTier("near"), await playedTier("far")];
    await openCache({ tiers: [far] })
      .cache.namespace<string>("user")
      .set(1, "far");
    const { cache, clock } = openCache({ tiers: [near, far] });
    near.playAll("silent");
    expect(
      await patiently(
        clock,
        cache.namespace<string>("user").getOrLoad(1, () => "never"),
      ),
    ).toBe("far");
    expect(near.fills).toEqual([]);
  });
});

test("a load brings a value even where a tag was unknown to the tier, and the tier gets it", async () => {
  const tier = await playedTier();
  const users = openCache({ tiers: [tier] }).cache.namespace<string>("user");
  await users.getOrLoad(1, (context) => {
    context.tag("owner:7");
    return "Ada";
  });
  await until(() => tier.fills.length === 1);
  expect(tier.fills[0]?.tags).toEqual(["#user:1", "@user", "owner:7"]);
});
