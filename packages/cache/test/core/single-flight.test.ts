import { describe, expect, test } from "vitest";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, playedTier, turn } from "./support/caches.ts";

test("a thousand callers of a cold key load it once", async () => {
  const users = openCache().cache.namespace<string>("user");
  const stop = gate<string>();
  let loads = 0;
  const callers = Array.from({ length: 1_000 }, () =>
    users.getOrLoadAsync(1, () => {
      loads += 1;
      return stop.promise;
    }),
  );
  stop.open("Ada");
  expect(new Set(await Promise.all(callers))).toEqual(new Set(["Ada"]));
  expect(loads).toBe(1);
});

test("a thousand callers of a key that only a shared tier has ask it once", async () => {
  const tier = await playedTier();
  const first = openCache({ tiers: [tier] }).cache.namespace<string>("user");
  await first.set(1, "Ada");
  const second = openCache({ tiers: [memoryTier(), tier], bus: "none" }).cache.namespace<string>(
    "user",
  );
  const reads = tier.count("read");
  const callers = Array.from({ length: 1_000 }, () => second.getOrLoadAsync(1, () => "never"));
  expect(new Set(await Promise.all(callers))).toEqual(new Set(["Ada"]));
  expect(tier.count("read") - reads).toBe(1);
});

test.each([
  ["rejects", () => Promise.reject(new Error("boom"))],
  [
    "throws at once",
    () => {
      throw new Error("boom");
    },
  ],
  [
    "rejects with nothing",
    // oxlint-disable-next-line no-undefined
    () => Promise.reject(undefined),
  ],
])(
  "a loader that %s fails for all who wait, leaves nothing, and is asked again",
  async (_, fail) => {
    const { cache } = openCache();
    const users = cache.namespace<string>("user");
    const callers = [1, 2, 3].map(async () => users.getOrLoad(1, fail as unknown as () => string));
    const outcomes = await Promise.allSettled(callers);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(users.peek(1)).toBeUndefined();
    expect(await users.getOrLoad(1, () => "Ada")).toBe("Ada");
    expect(cache.statistics().namespaces[0]?.total.loads.failed).toBe(1);
  },
);

test("callers of different variants do not share a load", async () => {
  const users = openCache().cache.namespace<string>("user");
  const load = (value: string) => async () => value;
  const [plain, german] = await Promise.all([
    users.getOrLoad(1, load("plain")),
    users.getOrLoad(1, load("german"), { variant: "de" }),
  ]);
  expect([plain, german]).toEqual(["plain", "german"]);
});

describe("a load that began before an invalidation", () => {
  test("gives its caller the value and lands nowhere", async () => {
    const tier = await playedTier();
    const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
    const users = cache.namespace<string>("user");
    const stop = gate<string>();
    let hasBegun = false;
    const old = users.getOrLoad(1, () => {
      hasBegun = true;
      return stop.promise;
    });
    while (!hasBegun) await turn();
    await users.delete(1);
    stop.open("old");
    expect(await old).toBe("old");
    await turn();
    expect(users.peek(1)).toBeUndefined();
    expect(tier.outcomes).toEqual(["superseded"]);
    expect(await users.getOrLoad(1, () => "new")).toBe("new");
  });

  test("does not stand in the way of a later one, whichever ends first", async () => {
    for (const order of ["old first", "new first"]) {
      const users = openCache().cache.namespace<string>("user");
      const [oldStop, newStop] = [gate<string>(), gate<string>()];
      const old = users.getOrLoad(1, () => oldStop.promise);
      await users.delete(1);
      const fresh = users.getOrLoad(1, () => newStop.promise);
      const joined = users.getOrLoad(1, () => "never");
      if (order === "old first") oldStop.open("old");
      newStop.open("new");
      await turn();
      oldStop.open("old");
      expect([await old, await fresh, await joined]).toEqual(["old", "new", "new"]);
      expect(users.peek(1)).toBe("new");
    }
  });
});

describe("a loader that uses the cache", () => {
  test("may invalidate its own key: its caller gets the value, and it is not kept", async () => {
    const { cache } = openCache();
    const users = cache.namespace<string>("user");
    const load = async () => {
      await users.delete(1);
      await cache.invalidate({ tags: ["team"], keys: ["user:1"] });
      return "Ada";
    };
    expect(await users.getOrLoad(1, load, { tags: ["team"] })).toBe("Ada");
    expect(users.peek(1)).toBeUndefined();
  });

  test("may read other keys, and set them", async () => {
    const users = openCache().cache.namespace<string>("user");
    const value = await users.getOrLoad(1, async () => {
      await users.set(3, "three");
      return `one and ${await users.getOrLoad(2, () => "two")}`;
    });
    expect([value, users.peek(2), users.peek(3)]).toEqual(["one and two", "two", "three"]);
  });

  test("may set its own key: what was set stays", async () => {
    const users = openCache().cache.namespace<string>("user");
    const value = await users.getOrLoad(1, async () => {
      await users.set(1, "set");
      return "loaded";
    });
    expect([value, users.peek(1)]).toEqual(["loaded", "set"]);
  });

  test("and reads its own key waits for itself until the hard time-out ends it", async () => {
    const users = openCache().cache.namespace<string>("user", { hardTimeout: 20 });
    const value = async (): Promise<string> => users.getOrLoad(1, value);
    await expect(value()).rejects.toMatchObject({ code: "SG_CACHE_LOAD_TIMEOUT" });
    expect(await users.getOrLoad(1, () => "free again")).toBe("free again");
  });
});

test("a loader that names a bad tag fails with a coded error", async () => {
  const users = openCache().cache.namespace<string>("user");
  const bad = users.getOrLoad(1, (context) => {
    context.tag("@all");
    return "never";
  });
  await expect(bad).rejects.toMatchObject({ code: "SG_CACHE_BAD_KEY" });
});

test("tags named after the load is over are let go", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  let tagLate = () => {};
  await users.getOrLoad(1, (context) => {
    tagLate = () => context.tag("late");
    return "Ada";
  });
  tagLate();
  await users.delete(1);
  expect(heldTags(cache)).toBe(0);
});

test("loads, failures, invalidations and joiners leave nothing behind", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user", { ttl: 100, jitter: 0, staleIfError: 1_000 });
  for (let round = 0; round < 50; round += 1) {
    const stop = gate();
    const load = async (context: { tag(...tags: string[]): void }) => {
      context.tag(`owner ${round}`);
      await stop.promise;
      if (round % 3 === 0) throw new Error("boom");
      return "Ada";
    };
    const callers = [1, 1, "1", 2].map((id) =>
      Promise.resolve(users.getOrLoad(id, load, { tags: [`team ${round}`] })),
    );
    if (round % 2 === 0) await cache.invalidate({ tags: [`owner ${round}`, `team ${round}`] });
    callers.push(Promise.resolve(users.getOrLoad(1, load, { tags: [`team ${round}`] })));
    stop.open();
    await Promise.allSettled(callers);
    clock.advance(60);
  }
  await turn();
  await Promise.all([1, "1", 2].map((id) => users.delete(id)));
  expect(heldTags(cache)).toBe(0);
  expect(cache.statistics().memory).toMatchObject({ entries: 0, sizeBytes: 0 });
});

function heldTags(cache: object): number {
  return (cache as { memory: { tags: { size: number } } }).memory.tags.size;
}
