import { describe, expect, test } from "vitest";
import type { BatchLoadContext } from "../../src/loading/batch-load.ts";
import type { Id } from "../../src/memory/memory-index.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { gate, openCache, playedTier } from "./support/caches.ts";

/** Loads every id but those above 90, and notes what it was asked for. */
function batch() {
  const asked: (readonly Id[])[] = [];
  const load = (ids: readonly Id[]): Map<Id, string> => {
    asked.push(ids);
    return new Map(ids.filter((id) => Number(id) <= 90).map((id) => [id, `user ${id}`]));
  };
  return { asked, load };
}

test("what is missing is loaded by one call, and all comes in the order of the question", async () => {
  const users = openCache().cache.namespace<string>("user");
  await users.set(2, "known");
  const { asked, load } = batch();
  const found = await users.loadMany([3, 2, 1, 3], load);
  expect([...found]).toEqual([
    [3, "user 3"],
    [2, "known"],
    [1, "user 1"],
  ]);
  expect(asked).toEqual([[3, 1]]);
});

test("absent ids are left out, and are not asked for again", async () => {
  const users = openCache().cache.namespace<string>("user");
  const { asked, load } = batch();
  for (let round = 0; round < 2; round += 1) {
    expect([...(await users.loadMany([91, 1, 92], load)).keys()]).toEqual([1]);
  }
  expect(asked).toEqual([[91, 1, 92]]);
});

test("a shared tier is read in one trip for all", async () => {
  const tier = await playedTier();
  const writers = openCache({ tiers: [tier] }).cache.namespace<string>("user");
  await Promise.all([1, 2, 3].map((id) => writers.set(id, `stored ${id}`)));
  const readers = openCache({ tiers: [memoryTier(), tier], bus: "none" }).cache.namespace<string>(
    "user",
  );
  const reads = tier.count("read");
  const { asked, load } = batch();
  const found = await readers.loadMany([1, 2, 3, 4, 5], load);
  expect([...found.values()]).toEqual(["stored 1", "stored 2", "stored 3", "user 4", "user 5"]);
  expect(tier.count("read") - reads).toBe(1);
  expect(asked).toEqual([[4, 5]]);
  const others = openCache({ tiers: [tier] }).cache.namespace<string>("user");
  expect([...(await others.getMany([3, 9, 1])).keys()]).toEqual([3, 1]);
});

test("getMany loads nothing and keeps what a tier gave", async () => {
  const tier = await playedTier();
  await openCache({ tiers: [tier] })
    .cache.namespace<string>("user")
    .set(1, "stored");
  const users = openCache({ tiers: [memoryTier(), tier], bus: "none" }).cache.namespace<string>(
    "user",
  );
  expect([...(await users.getMany([2, 1, 1]))]).toEqual([[1, "stored"]]);
  expect(users.peek(1)).toBe("stored");
  expect(await openCache().cache.namespace("user").getMany([1, 2])).toEqual(new Map());
});

describe("a load of many that fails", () => {
  test.each([
    ["rejects", () => Promise.reject(new Error("boom"))],
    [
      "throws at once",
      () => {
        throw new Error("boom");
      },
    ],
    ["gives no map", () => undefined],
  ])("since it %s fails the call and leaves nothing", async (_, load) => {
    const users = openCache().cache.namespace<string>("user");
    await expect(
      users.loadMany([1, 2], load as unknown as () => Map<Id, string>),
    ).rejects.toThrow();
    expect(users.peek(1)).toBeUndefined();
    expect((await users.loadMany([1, 2], batch().load)).size).toBe(2);
  });

  test("is told by its signal that its time is over", async () => {
    const users = openCache().cache.namespace<string>("user", { hardTimeout: 10 });
    let signal: AbortSignal | undefined;
    const slow = users.loadMany([1, 2], (_ids, context) => {
      signal = context.signal;
      return new Promise<Map<Id, string>>(() => {});
    });
    await expect(slow).rejects.toMatchObject({ code: "SG_CACHE_LOAD_TIMEOUT" });
    expect(signal?.aborted).toBe(true);
  });
});

test("it joins a load under way and asks only for the rest", async () => {
  const users = openCache().cache.namespace<string>("user");
  const stop = gate<string>();
  const alone = users.getOrLoad(1, () => stop.promise);
  const { asked, load } = batch();
  const many = users.loadMany([1, 2, 3], load);
  await users.getOrLoad(2, () => "never");
  stop.open("alone");
  expect(await alone).toBe("alone");
  expect([...(await many).values()]).toEqual(["alone", "user 2", "user 3"]);
  expect(asked).toEqual([[2, 3]]);
});

test("who reads one of its ids meanwhile shares it", async () => {
  const users = openCache().cache.namespace<string>("user");
  const stop = gate();
  const many = users.loadMany([1, 2], async (ids) => {
    await stop.promise;
    return new Map(ids.map((id) => [id, `user ${id}`]));
  });
  const one = users.getOrLoad(2, () => "never");
  stop.open();
  expect([await one, (await many).get(2)]).toEqual(["user 2", "user 2"]);
});

test("an invalidation of one of its ids keeps the others", async () => {
  const users = openCache().cache.namespace<string>("user");
  const stop = gate();
  const many = users.loadMany([1, 2], async (ids, context: BatchLoadContext) => {
    context.tag(1, "owner");
    await stop.promise;
    return new Map(ids.map((id) => [id, `user ${id}`]));
  });
  await users.delete(2);
  stop.open();
  expect((await many).size).toBe(2);
  expect([users.peek(1), users.peek(2)]).toEqual(["user 1", undefined]);
});

test("a tag that the loader names for one id is that id's alone", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  await users.loadMany([1, 2], (ids, context) => {
    context.tag(1, "owner");
    context.tag(99, "nobody's");
    return new Map(ids.map((id) => [id, `user ${id}`]));
  });
  await cache.invalidate({ tags: ["owner"] });
  expect([users.peek(1), users.peek(2)]).toEqual([undefined, "user 2"]);
});

test("nothing is asked where nothing is missing or wanted", async () => {
  const users = openCache().cache.namespace<string>("user");
  const { asked, load } = batch();
  expect(await users.loadMany([], load)).toEqual(new Map());
  await users.set(1, "known");
  await users.loadMany([1], load);
  expect(asked).toEqual([]);
});
