import { describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { EdgeSink } from "../../src/edge/edge-sink.ts";
import { DependencyGraph } from "../../src/invalidation/dependencies.ts";
import { PendingInvalidations } from "../../src/invalidation/pending-invalidations.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, playedTier, turn, twoPlayedViews } from "./support/caches.ts";
import { Hub } from "./support/hub-bus.ts";
import { TestClock } from "./support/test-clock.ts";

const PENDING = { code: "SG_CACHE_INVALIDATION_PENDING" };

/** Memory, two shared tiers, a bus and an edge, which all write down when it is their turn. */
async function openAll() {
  const said: string[] = [];
  const [near, far] = [await playedTier("near"), await playedTier("far")];
  const hub = new Hub(async (label) => {
    if (label === "bus publishes") said.push("bus");
  });
  for (const tier of [near, far]) {
    tier.delay = async (label) => {
      await turn();
      if (label.startsWith("invalidate")) said.push(`${tier.name} ${label}`);
    };
  }
  const edge: EdgeSink = {
    purge: async (tags) => {
      said.push(`edge ${tags.join(" ")}`);
    },
    close: async () => {},
  };
  const bus = hub.bus();
  const opened = openCache({ tiers: [memoryTier(), near, far], bus, edge });
  await opened.cache.ready();
  return { ...opened, said, near, far, bus, hub, edge };
}

test("it goes outwards: the far tier, the near tier, the bus, and the edge at the end", async () => {
  const { cache, said } = await openAll();
  await cache.invalidate({ tags: ["team"] });
  expect(said).toEqual([
    "far invalidate goes",
    "far invalidate comes back",
    "near invalidate goes",
    "near invalidate comes back",
    "bus",
    "edge team",
  ]);
});

test("memory drops it before anything is asked, and again after all have acknowledged", async () => {
  const { cache, near, far } = await openAll();
  const users = cache.namespace<string>("user");
  await users.getOrLoad(1, () => "old", { tags: ["team"] });
  await until(() => near.outcomes.length + far.outcomes.length === 2);
  const stop = gate();
  far.delay = () => stop.promise;
  const invalidating = cache.invalidate({ tags: ["team"] });
  expect(users.peek(1)).toBeUndefined();
  // The near tier still has it, and may give it until it has been told.
  expect(await users.getOrLoad(1, () => "never", { tags: ["team"] })).toBe("old");
  expect(users.peek(1)).toBe("old");
  stop.open();
  await invalidating;
  expect(users.peek(1)).toBeUndefined();
});

test("keys, tags and a namespace go together, each once", async () => {
  const { cache, hub } = await openAll();
  cache.namespace("user");
  await cache.invalidate({ keys: ["user:1", "user:1"], tags: ["a", "a"], namespace: "user" });
  expect(hub.said).toEqual([{ tags: ["#user:1", "a", "@user"] }]);
  await cache.invalidate({});
  expect(hub.said.length).toBe(1);
});

test.each([
  [{ keys: ["user"] }],
  [{ keys: [":1"] }],
  [{ keys: ["user:"] }],
  [{ tags: ["@user"] }],
  [{ tags: [""] }],
  [{ namespace: "no such name!" }],
])("%j cannot be invalidated", async (targets) => {
  const { cache, hub } = await openAll();
  await expect(cache.invalidate(targets)).rejects.toMatchObject({ code: "SG_CACHE_BAD_KEY" });
  expect(hub.said).toEqual([]);
});

describe("when a tier or the bus does not acknowledge", () => {
  test.each(["rejecting", "throwing", "silent"] as const)(
    "since the tier is %s, it is done here, told, and tried again until it succeeds; then the edge is purged",
    async (play) => {
      const { cache, clock, near, said } = await openAll();
      const users = cache.namespace<string>("user");
      await users.getOrLoad(1, () => "old", { tags: ["team"] });
      near.play = { invalidate: play };
      const failing = cache.invalidate({ tags: ["team"] });
      const refused = expect(failing).rejects.toMatchObject({
        ...PENDING,
        message: expect.stringMatching(/team.*near|near/s),
      });
      const ticking = setInterval(() => clock.advance(10), 1);
      await refused;
      expect(users.peek(1)).toBeUndefined();
      expect(said.some((one) => one.startsWith("edge"))).toBe(false);
      near.play = {};
      await until(() => said.includes("edge team"));
      clearInterval(ticking);
      expect(await cache.close()).toEqual({ unacknowledged: [] });
    },
  );

  test("since the bus fails, it is tried again on all of them", async () => {
    const { cache, clock, bus, hub } = await openAll();
    bus.failure = new Error("no bus");
    await expect(cache.invalidate({ tags: ["team"] })).rejects.toMatchObject({
      ...PENDING,
      message: expect.stringContaining("no bus"),
    });
    bus.failure = undefined;
    await until(() => {
      clock.advance(1_000);
      return hub.said.length === 1;
    });
    expect(await cache.close()).toEqual({ unacknowledged: [] });
  });

  test("what a tier gives under a waiting tag is not believed, and other values are", async () => {
    const [here, elsewhere] = await twoPlayedViews();
    const others = openCache({ tiers: [elsewhere] }).cache.namespace<string>("user");
    await others.set(1, "old", { tags: ["team"] });
    await others.set(2, "kept");
    const { cache, clock } = openCache({ tiers: [memoryTier(), here], bus: "none" });
    const users = cache.namespace<string>("user");
    here.play = { invalidate: "rejecting" };
    await expect(cache.invalidate({ tags: ["team"] })).rejects.toMatchObject(PENDING);
    expect(await users.get(1)).toBeUndefined();
    expect(await users.get(2)).toBe("kept");
    here.play = {};
    await until(() => {
      clock.advance(1_000);
      return here.count("invalidate") > 1;
    });
    await turn();
    expect(await users.get(1)).toBeUndefined();
  });

  test("a value that was read from the tier at that very moment does not stay", async () => {
    const [here, elsewhere] = await twoPlayedViews();
    await openCache({ tiers: [elsewhere] })
      .cache.namespace<string>("user")
      .set(1, "old");
    const { cache } = openCache({ tiers: [memoryTier(), here], bus: "none" });
    const users = cache.namespace<string>("user");
    const stop = gate();
    here.delay = (label) => (label === "read comes back" ? stop.promise : Promise.resolve());
    const reading = users.get(1);
    await turn();
    here.play = { invalidate: "rejecting" };
    const failing = users.delete(1);
    stop.open();
    await expect(failing).rejects.toMatchObject(PENDING);
    await reading;
    expect(users.peek(1)).toBeUndefined();
    expect(await users.get(1)).toBeUndefined();
  });

  test("closing tries once more and tells what is left", async () => {
    const { cache, near } = await openAll();
    near.play = { invalidate: "rejecting" };
    await expect(cache.invalidate({ tags: ["a", "b"] })).rejects.toMatchObject(PENDING);
    const before = near.count("invalidate");
    expect(await cache.close()).toEqual({ unacknowledged: ["a", "b"] });
    expect(near.count("invalidate")).toBe(before + 1);
  });
});

test("too many waiting tags become all namespaces", async () => {
  const clock = new TestClock();
  const tried: (readonly string[])[] = [];
  let isUp = false;
  const pending = new PendingInvalidations({
    clock,
    random: { next: () => 0.5, integer: () => 0, pick: ([one]) => one as never, shuffle: () => [] },
    everything: () => ["@user", "@feed"],
    attempt: async (tags) => {
      tried.push(tags);
      return isUp;
    },
  });
  pending.add(Array.from({ length: 100_000 }, (_, at) => `tag ${at}`));
  expect(pending.size).toBe(100_000);
  pending.add(["one more"]);
  expect(pending.size).toBe(2);
  expect(pending.has("@feed")).toBe(true);
  isUp = true;
  await until(() => {
    clock.advance(1_000);
    return pending.size === 0;
  });
  expect(tried).toEqual([["@user", "@feed"]]);
});

test("a tag that is invalidated again during a try goes on waiting", async () => {
  const clock = new TestClock();
  const tries: ReturnType<typeof gate<boolean>>[] = [];
  const pending = new PendingInvalidations({
    clock,
    random: { next: () => 0.5, integer: () => 0, pick: ([one]) => one as never, shuffle: () => [] },
    everything: () => [],
    attempt: () => {
      const one = gate<boolean>();
      tries.push(one);
      return one.promise;
    },
  });
  pending.add(["a", "b"]);
  clock.advance(1_000);
  await turn();
  pending.add(["b"]);
  tries[0]?.open(true);
  await turn();
  expect([pending.has("a"), pending.has("b")]).toEqual([false, true]);
  clock.advance(10_000);
  await turn();
  tries[1]?.open(true);
  await turn();
  expect(pending.size).toBe(0);
  pending.add(["c"]);
  clock.advance(1_000);
  await turn();
  expect(tries.length).toBe(3);
  tries[2]?.open(false);
  const closing = pending.close();
  await turn();
  tries[3]?.open(false);
  expect(await closing).toEqual(["c"]);
});

test("everywhere waits for the other processes and the edge", async () => {
  const delivered = gate();
  const hub = new Hub((label) =>
    label === "bus delivers" ? delivered.promise : Promise.resolve(),
  );
  const purged = gate();
  const edge: EdgeSink = { purge: () => purged.promise, close: async () => {} };
  const here = openCache({ bus: hub.bus(), edge }).cache;
  const there = openCache({ bus: hub.bus() }).cache;
  await Promise.all([here.ready(), there.ready()]);
  await there.namespace<string>("user").set(1, "old");
  const done: string[] = [];
  const all = here
    .invalidate({ keys: ["user:1"], everywhere: true })
    .then(() => done.push("everywhere"));
  await here.invalidate({ keys: ["user:2"] });
  await turn();
  expect([done, there.namespace("user").peek(1)]).toEqual([[], "old"]);
  delivered.open();
  await turn();
  expect([done, there.namespace("user").peek(1)]).toEqual([[], undefined]);
  purged.open();
  await all;
  expect(done).toEqual(["everywhere"]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("edge down"))],
  [
    "throws",
    () => {
      throw new Error("edge down");
    },
  ],
])("an edge that %s is a warning and no failure", async (_, purge) => {
  const edge: EdgeSink = { purge, close: async () => {} };
  const { cache, warnings } = openCache({ edge });
  await cache.invalidate({ tags: ["team"] });
  await cache.invalidate({ tags: ["team"], everywhere: true });
  await turn();
  expect(warnings).toEqual(Array(2).fill("the edge was not purged: edge down"));
});

test("an entry falls with everything that its dependencies are made from, through circles too", async () => {
  const dependencies = {
    "query:feed": ["table:post", "query:user"],
    "query:user": ["table:user", "query:feed"],
  };
  const { cache } = openCache({ dependencies });
  const feeds = cache.namespace<string>("feed", { dependsOn: ["query:feed"] });
  for (const tag of ["query:feed", "query:user", "table:post", "table:user"]) {
    await feeds.getOrLoad(1, () => "feed");
    await cache.invalidate({ tags: ["table:other"] });
    expect(feeds.peek(1)).toBe("feed");
    await cache.invalidate({ tags: [tag] });
    expect(feeds.peek(1)).toBeUndefined();
  }
});

test("the closure of a tag has everything once, itself first", () => {
  const graph = new DependencyGraph({
    a: ["b", "c"],
    b: ["c", "a"],
    c: ["d"],
    alone: ["alone"],
    constructor: ["e"],
  });
  expect(graph.closure(["a"])).toEqual(["a", "b", "c", "d"]);
  expect(graph.closure(["c", "a"])).toEqual(["c", "d", "a", "b"]);
  expect(graph.closure(["alone", "none", "__proto__"])).toEqual(["alone", "none", "__proto__"]);
  expect(graph.closure(["constructor"])).toEqual(["constructor", "e"]);
  expect(new DependencyGraph({}).closure(["x", "x"])).toEqual(["x"]);
});

test("a sink for a change feed invalidates tags", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  await users.set(1, "old", { tags: ["table:user"] });
  await cache.sink.invalidate(["table:user"]);
  expect(users.peek(1)).toBeUndefined();
});
