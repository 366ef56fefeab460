import { expect, test } from "vitest";
import type { Cache } from "../../src/cache.ts";
import type { LoadContext } from "../../src/loading/load-context.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, playedTier, turn, twoPlayedViews } from "./support/caches.ts";

/** A load that names a tag, stops, and then gives what the source was when it began. */
function stoppedLoad(value: string, tags: readonly string[] = []) {
  const stop = gate();
  const load = async (context: LoadContext): Promise<string> => {
    context.tag(...tags);
    await stop.promise;
    return value;
  };
  return { load, goOn: () => stop.open() };
}

const WAYS: Readonly<Record<string, (cache: Cache) => Promise<void>>> = {
  "its id": (cache) => cache.namespace("user").delete(1),
  "its id as text": (cache) => cache.namespace("user").delete("1"),
  "its key": (cache) => cache.invalidate({ keys: ["user:1"] }),
  "a tag of the read": (cache) => cache.invalidate({ tags: ["team"] }),
  "a tag that the loader named": (cache) => cache.invalidate({ tags: ["owner"] }),
  "what a dependency is made from": (cache) => cache.invalidate({ tags: ["table"] }),
  "its namespace": (cache) => cache.namespace("user").clear(),
  "the namespace by name": (cache) => cache.invalidate({ namespace: "user" }),
  everything: (cache) => cache.clear(),
};

test.each(Object.keys(WAYS))(
  "who comes after an invalidation of %s does not get what a load brings that began before",
  async (way) => {
    const { cache } = openCache({ dependencies: { query: ["table"] } });
    const users = cache.namespace<string>("user");
    const reading = { tags: ["team"], dependsOn: ["query"] };
    const old = stoppedLoad("old", ["owner"]);
    const before = users.getOrLoad(1, old.load, reading);
    const joined = users.getOrLoad(1, old.load, reading);
    await turn();
    await WAYS[way]?.(cache);
    const after = users.getOrLoad(1, () => "new", reading);
    old.goOn();
    expect([await before, await joined, await after]).toEqual(["old", "old", "new"]);
    expect(users.peek(1)).toBe("new");
  },
);

test("a tag that is named after its invalidation makes those who joined meanwhile load again", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  const stop = gate();
  const first = users.getOrLoad(1, async (context) => {
    await stop.promise;
    context.tag("owner");
    return "old";
  });
  await cache.invalidate({ tags: ["owner"] });
  const joined = users.getOrLoad(1, () => "new");
  stop.open();
  expect([await first, await joined]).toEqual(["old", "new"]);
  expect(users.peek(1)).toBe("new");
});

test("who joins a read of a tier after an invalidation of a tag that only the stored value has gets no old value", async () => {
  const tier = await playedTier();
  const { cache } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  await cache.namespace<string>("user").set(1, "old", { tags: ["owner"] });
  // Out of memory, as if another process had stored it.
  const other = openCache({ tiers: [memoryTier(), tier], bus: "none" }).cache;
  const readers = other.namespace<string>("user");
  const comesBack = gate();
  tier.delay = (label) => (label === "read comes back" ? comesBack.promise : Promise.resolve());
  const before = readers.getOrLoad(1, () => "never asked");
  await turn();
  tier.delay = () => Promise.resolve();
  await other.invalidate({ tags: ["owner"] });
  const after = readers.getOrLoad(1, () => "new");
  comesBack.open();
  expect(await before).toBe("old");
  expect(await after).toBe("new");
  expect(readers.peek(1)).toBe("new");
});

test("an expired value that was invalidated is not given to who came after, when the load fails", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user", { ttl: 100, jitter: 0, staleIfError: "1h" });
  await users.getOrLoad(1, (context) => {
    context.tag("owner");
    return "old";
  });
  clock.advance(200);
  const stop = gate();
  const before = users.getOrLoad(1, async () => {
    await stop.promise;
    throw new Error("the source is down");
  });
  await turn();
  await cache.invalidate({ tags: ["owner"] });
  const after = users.getOrLoad(1, () => "new");
  stop.open();
  expect(await before).toBe("old");
  expect(await after).toBe("new");
});

test("a second load for those who joined too early has no expired value from before the invalidation", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user", { ttl: 100, jitter: 0, staleIfError: "1h" });
  await users.getOrLoad(1, () => "old", { tags: ["team"] });
  clock.advance(200);
  const [first, second] = [gate<string>(), gate<string>()];
  const began = users.getOrLoad(1, () => first.promise, { tags: ["team"] });
  await cache.invalidate({ tags: ["other"] });
  const joined = users.getOrLoad(1, () => second.promise, { tags: ["team"] });
  await turn();
  await cache.invalidate({ tags: ["team"] });
  first.fail(new Error("down"));
  expect(await began).toBe("old");
  await turn();
  const late = users.getOrLoad(1, () => second.promise, { tags: ["team"] });
  second.fail(new Error("still down"));
  await expect(joined).rejects.toThrow("still down");
  await expect(late).rejects.toThrow("still down");
});

test("in a process that hears nothing of others, who comes later does not join a load that began before", async () => {
  const [near, far] = await twoPlayedViews();
  const { cache: here } = openCache({ tiers: [near] });
  const { cache: there } = openCache({ tiers: [far] });
  const old = stoppedLoad("old");
  const first = here.namespace<string>("user").getOrLoad(1, old.load);
  await turn();
  await there.namespace("user").delete(1);
  const after = here.namespace<string>("user").getOrLoad(1, () => "new");
  old.goOn();
  expect([await first, await after]).toEqual(["old", "new"]);
});

test("and a thousand callers of one moment still share one load", async () => {
  const { cache } = openCache({ tiers: [await playedTier()] });
  let loads = 0;
  const load = async (): Promise<number> => {
    loads += 1;
    await turn();
    return loads;
  };
  const users = cache.namespace<number>("user");
  await Promise.all(Array.from({ length: 1_000 }, () => users.getOrLoadAsync(1, load)));
  expect(loads).toBe(1);
});
