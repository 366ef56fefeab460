import { expect, test } from "vitest";
import { resolveCacheChoice } from "../src/cache/cache-choice.ts";
import { DEPENDENCIES, foundationsOf } from "../src/cache/dependencies.ts";
import { LIFETIMES, RESOURCES } from "../src/cache/lifetimes.ts";
import { MEDIA_TABLES } from "../src/population/sizes.ts";

test("nothing is cached unless somebody asks for it", () => {
  expect(resolveCacheChoice({ environment: {} })).toEqual({ kind: "off" });
  expect(resolveCacheChoice({ environment: { MEDIA_CACHE: "" } })).toEqual({ kind: "off" });
});

test("what the program says outweighs the environment", () => {
  const environment = { MEDIA_CACHE: "redis", MEDIA_REDIS_URL: "redis://127.0.0.1:6379" };
  expect(resolveCacheChoice({ environment })).toEqual({
    kind: "redis",
    redisUrl: "redis://127.0.0.1:6379",
  });
  expect(resolveCacheChoice({ cache: "memory", environment })).toEqual({ kind: "memory" });
});

test.each([
  [{ MEDIA_CACHE: "disk" }, 'cache is "disk"'],
  [{ MEDIA_CACHE: "redis" }, "MEDIA_REDIS_URL"],
  [{ MEDIA_CACHE: "redis", MEDIA_REDIS_URL: "localhost" }, 'redisUrl is "localhost"'],
  [{ MEDIA_CACHE: "redis", MEDIA_REDIS_URL: "http://localhost" }, "redis://"],
])("%j is refused by name", (environment, named) => {
  expect(() => resolveCacheChoice({ environment })).toThrow(named);
});

test("every answer stands on queries, and every query on tables of the schema", () => {
  const tables = new Set(MEDIA_TABLES.map((table) => `table:${table}`));
  for (const resource of RESOURCES) {
    const foundations = foundationsOf(resource);
    expect(
      foundations.some((node) => tables.has(node)),
      resource,
    ).toBe(true);
    const nowhere = foundations.filter((node) => !(node in DEPENDENCIES) && !tables.has(node));
    expect(nowhere).toEqual([]);
  }
});

test("lifetimes are as the service promises them", () => {
  const { user, keywords, analytics, classification } = LIFETIMES;
  expect([user.ttl, keywords.ttl, LIFETIMES["filter-configuration"].ttl]).toEqual([
    "5m",
    "10m",
    "30m",
  ]);
  expect(analytics.ttl).toBe("1h");
  expect(classification).toEqual({ ttl: "24h", isDurable: true });
});
