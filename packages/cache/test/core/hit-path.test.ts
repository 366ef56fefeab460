import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryTier } from "../../src/memory/memory-options.ts";
import { idTagsOfKey, keyOf } from "../../src/namespace/key.ts";
import { openCache, turn } from "./support/caches.ts";

function counts(cache: ReturnType<typeof openCache>["cache"], name = "user") {
  const found = cache.statistics().namespaces.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no namespace ${name}`);
  return found.total;
}

test("a value in memory is given at once, another as a promise", async () => {
  const users = openCache().cache.namespace<string>("user");
  const first = users.getOrLoad(1, () => "Ada");
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toBe("Ada");
  expect(users.getOrLoad(1, () => "never")).toBe("Ada");
  expect(await users.getOrLoadAsync(1, () => "never")).toBe("Ada");
});

test.each([undefined, null])("%s is a value like any other", async (nothing) => {
  const users = openCache().cache.namespace("user");
  let loads = 0;
  const load = () => {
    loads += 1;
    return nothing;
  };
  expect(await users.getOrLoad(1, load)).toBe(nothing);
  expect(users.getOrLoad(1, load)).toBe(nothing);
  expect(loads).toBe(1);
  expect(await users.has(1)).toBe(false);
  expect(await users.get(1)).toBeUndefined();
});

test("variants of an id are told apart and fall together", async () => {
  const users = openCache().cache.namespace<string>("user");
  for (const variant of ["", "de", "en"]) {
    await users.getOrLoad(1, () => `in ${variant}`, { variant });
  }
  expect(users.getOrLoad(1, () => "never", { variant: "de" })).toBe("in de");
  expect(users.getOrLoad(1, () => "never")).toBe("in ");
  await users.delete(1);
  for (const variant of ["", "de", "en"]) expect(users.peek(1, { variant })).toBeUndefined();
});

test("42 and its text are told apart in memory and fall together", async () => {
  const users = openCache().cache.namespace<string>("user");
  for (const gone of [42, "42"]) {
    await users.getOrLoad(42, () => "of a number");
    await users.getOrLoad("42", () => "of a text");
    expect([users.peek(42), users.peek("42")]).toEqual(["of a number", "of a text"]);
    await users.delete(gone);
    expect([users.peek(42), users.peek("42")]).toEqual([undefined, undefined]);
  }
});

test.each([0, -0, 1e21, 0.1, -1, Number.MAX_VALUE, Number.MIN_VALUE, "-0", "1e3", "0x10", " 1"])(
  "%s is invalidated as a number and as text",
  async (id) => {
    const users = openCache().cache.namespace<string>("user");
    for (const gone of [id, String(id)]) {
      await users.getOrLoad(id, () => "there");
      await users.delete(gone);
      expect(users.peek(id)).toBeUndefined();
    }
  },
);

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "an id, a variant, a tag and a namespace may be called %s",
  async (name) => {
    const { cache } = openCache();
    const things = cache.namespace<string>(name);
    expect(things.peek(name)).toBeUndefined();
    await things.getOrLoad(name, () => "there", { variant: name, tags: [name], dependsOn: [name] });
    expect(things.peek(name, { variant: name })).toBe("there");
    await cache.invalidate({ tags: [name] });
    expect(things.peek(name, { variant: name })).toBeUndefined();
    await things.getOrLoad(name, () => "there");
    await cache.invalidate({ keys: [`${name}:${name}`] });
    expect(things.peek(name)).toBeUndefined();
    expect(counts(cache, name).loads.loaded).toBe(2);
  },
);

describe("keys", () => {
  const part = fc.string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom(":", "%", "3", "A", "2", "5", "a"),
  });
  const variant = fc.oneof(fc.constant(""), part);

  test("no two entries share a key, whatever colons and percent signs they have", () => {
    fc.assert(
      fc.property(part, variant, part, variant, (id, form, otherId, otherForm) => {
        const isSame = id === otherId && form === otherForm;
        expect(keyOf("a", id, form) === keyOf("a", otherId, otherForm)).toBe(isSame);
      }),
      { numRuns: 5_000 },
    );
  });

  test("every id with its variant is meant by the key as people write it", () => {
    const plain = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("%", "a", "1") });
    fc.assert(
      fc.property(part, plain, (id, form) => {
        expect(idTagsOfKey(`user:${id}`)).toContain(`#user:${id}`);
        expect(idTagsOfKey(`user:${id}:${form}`)).toContain(`#user:${id}`);
      }),
    );
  });
});

test("an entry is found by exactly its id and variant", async () => {
  const users = openCache().cache.namespace<string>("user");
  const ids = ["a", "a:b", "a%3Ab", "a:b:c", "%", ":", "%3A"];
  for (const id of ids) {
    for (const variant of ["", ...ids]) {
      await users.getOrLoad(id, () => `${id} ${variant}`, { variant });
    }
  }
  for (const id of ids) {
    for (const variant of ["", ...ids])
      expect(users.peek(id, { variant })).toBe(`${id} ${variant}`);
  }
});

test.each([
  ["", "an id"],
  [Number.NaN, "an id"],
  [Number.POSITIVE_INFINITY, "an id"],
  ["x".repeat(2_049), "an id"],
  ["\ud800", "an id"],
  [undefined, "an id"],
  [{ id: 1 }, "an id"],
  [7n, "an id"],
])("%s is no id, on a cold cache and on a warm one", async (id, what) => {
  const users = openCache().cache.namespace<string>("user");
  const bad = id as string;
  await users.getOrLoad(1, () => "there");
  const refused = { code: "SG_CACHE_BAD_KEY", message: expect.stringContaining(what) };
  const tries: (() => unknown)[] = [
    () => users.getOrLoad(bad, () => "never"),
    () => users.getOrLoadAsync(bad, () => "never"),
    () => users.get(bad),
    () => users.getMany([1, bad]),
    () => users.loadMany([1, bad], () => new Map()),
    () => users.getBody(bad, () => "never"),
    () => users.set(bad, "never"),
    () => users.delete(bad),
    () => users.added([bad]),
    () => users.has(bad),
  ];
  for (const one of tries) await expect((async () => one())()).rejects.toMatchObject(refused);
  expect(users.peek(bad)).toBeUndefined();
});

test.each(["\udfff", "x".repeat(2_049), 5 as unknown as string])(
  "%s is no variant",
  async (variant) => {
    const users = openCache().cache.namespace<string>("user");
    const read = async () => users.getOrLoad(1, () => "never", { variant });
    await expect(read()).rejects.toMatchObject({ code: "SG_CACHE_BAD_KEY" });
  },
);

test("every read is counted once", async () => {
  const { cache, clock } = openCache();
  const users = cache.namespace<string>("user", {
    ttl: 1_000,
    jitter: 0,
    staleWhileRevalidate: 1_000,
  });
  const load = async () => {
    clock.advance(100);
    return "Ada";
  };
  let reads = 0;
  for (let round = 0; round < 100; round += 1) {
    for (let hit = 0; hit < 7; hit += 1) {
      await users.getOrLoad(1, load);
      await users.getOrLoad(2, load, { variant: "de" });
      reads += 2;
    }
    clock.advance(round % 7 === 0 ? 2_500 : 170);
    await turn();
  }
  const total = counts(cache);
  expect(total.lookups).toBe(reads);
  expect(total.memoryHits + total.staleHits + total.memoryMisses).toBe(reads);
  expect(total.staleHits).toBeGreaterThan(0);
});

test("hits by every method count, and a look without a trace does not", async () => {
  const { cache } = openCache();
  const users = cache.namespace<string>("user");
  await users.set(1, "Ada");
  for (let hit = 0; hit < 100; hit += 1) void users.getOrLoad(1, () => "never");
  await users.get(1);
  await users.getMany([1]);
  await users.loadMany([1], () => new Map());
  await users.getBody(1, () => "never");
  users.peek(1);
  await users.has(1);
  expect(counts(cache).memoryHits).toBe(104);
  expect(counts(cache).memoryMisses).toBe(0);
});

test("without a memory tier every read goes out", async () => {
  const { cache } = openCache({
    tiers: [memoryTier()],
    namespaces: { user: { perTier: { memory: false } } },
  });
  const users = cache.namespace<string>("user");
  let loads = 0;
  const load = () => {
    loads += 1;
    return "Ada";
  };
  await users.getOrLoad(1, load);
  await users.getOrLoad(1, load);
  expect(loads).toBe(2);
});
