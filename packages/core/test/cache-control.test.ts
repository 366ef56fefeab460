import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { announceCache, type CacheControl, openCaches } from "@streamgate/core";
import { expect, test } from "vitest";

function cacheNamed(name: string): CacheControl {
  return {
    name,
    statistics: () => ({
      memory: { entries: 0, sizeBytes: 0, maxBytes: 0 },
      namespaces: [],
      tiers: [],
    }),
    hitRatioCurve: () => [],
    invalidate: async () => undefined,
    warm: async () => ({ loaded: 0, alreadyThere: 0, failed: 0, ended: "complete" }),
  };
}

function names(): readonly string[] {
  return openCaches().map(({ name }) => name);
}

test("a cache is found from when it is announced until it is withdrawn", () => {
  const cache = cacheNamed("one");
  const withdraw = announceCache(cache);
  const withdrawOther = announceCache(cacheNamed("two"));
  expect(openCaches()).toContain(cache);
  withdraw();
  withdraw();
  expect(names()).not.toContain("one");
  withdrawOther();
});

test("another copy of this package finds the same caches", async () => {
  const withdraw = announceCache(cacheNamed("shared"));
  const url = new URL("../src/cache-control.ts?copy", import.meta.url).href;
  const copy = (await import(/* @vite-ignore */ url)) as typeof import("../src/cache-control.ts");
  expect(copy.announceCache).not.toBe(announceCache);
  expect(copy.openCaches().map(({ name }) => name)).toContain("shared");
  withdraw();
});

test("a cache that is dropped without being closed is not kept alive", async () => {
  for (let index = 0; index < 1_000; index += 1) announceCache(cacheNamed(`dropped ${index}`));
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(names().filter((name) => name.startsWith("dropped")).length).toBeLessThan(10);
});
