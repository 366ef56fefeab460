import { createCache } from "@streamgate/cache";
import { openCaches } from "@streamgate/core";
import { expect, test } from "vitest";

test("a cache can be found by whoever runs the service, until it is closed", async () => {
  const cache = createCache({ name: "shop" });
  expect(openCaches()).toContain(cache);
  await cache.close();
  expect(openCaches()).not.toContain(cache);
});

test("a name that people could not write is refused", () => {
  for (const name of ["", "a b", "x".repeat(65)])
    expect(() => createCache({ name })).toThrow(
      expect.objectContaining({ code: "SG_CACHE_BAD_OPTION" }),
    );
});

test("who has no loader warms by that of the application, and what was warmed falls with its tags", async () => {
  const cache = createCache();
  const users = cache.namespace<string>("user");
  users.warmableBy(async (id) => `user ${id}`, {
    targetOf: (id) => ({ id: Number(id), tags: [`team-of:${id}`] }),
  });
  expect(await cache.warm("user", { ids: ["1", "2"] })).toMatchObject({
    loaded: 2,
    ended: "complete",
  });
  expect(users.peek(1)).toBe("user 1");
  await cache.invalidate({ tags: ["team-of:1"] });
  expect(users.peek(1)).toBeUndefined();
  expect(users.peek(2)).toBe("user 2");
  expect(cache.statistics().namespaces[0]?.isWarmable).toBe(true);
  await cache.close();
});

test("without ids the most popular ones are warmed", async () => {
  const cache = createCache();
  const users = cache.namespace<string>("user");
  const load = async (id: string | number): Promise<string> => `user ${id}`;
  users.warmableBy(load, { targetOf: (id) => ({ id: Number(id) }) });
  await users.getOrLoad(7, () => load(7));
  await users.delete(7);
  expect(await cache.warm("user")).toMatchObject({ loaded: 1 });
  expect(users.peek(7)).toBe("user 7");
  await cache.close();
});

test("a namespace whose loader nobody gave, or that is none, cannot be warmed", async () => {
  const cache = createCache();
  cache.namespace("user");
  for (const name of ["user", "constructor"])
    await expect(cache.warm(name)).rejects.toMatchObject({ code: "SG_CACHE_NOT_WARMABLE" });
  await cache.close();
  await expect(cache.warm("user")).rejects.toMatchObject({ code: "SG_CACHE_CLOSED" });
});
