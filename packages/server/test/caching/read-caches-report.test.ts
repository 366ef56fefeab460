import fc from "fast-check";
import { expect, test } from "vitest";
import { readCachesReport } from "../../src/caching/read-caches-report.ts";

test("whatever a process says becomes a report of bounded size, or an empty one", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (answer) => {
      const { caches } = readCachesReport({ caches: answer });
      expect(caches.length).toBeLessThanOrEqual(32);
      expect(readCachesReport(answer).caches.length).toBeLessThanOrEqual(32);
    }),
  );
  const many = Array.from({ length: 100_000 }, () => ({ name: "x".repeat(10_000) }));
  const { caches } = readCachesReport({ caches: [{ namespaces: many, tiers: many }] });
  expect(JSON.stringify(caches).length).toBeLessThan(200_000);
});

test("figures that are none are 0, and shares never more than all", () => {
  const namespace = { name: "user", lookups: -3, hotKeys: [{ key: "a", share: 7 }] };
  const { caches } = readCachesReport({ caches: [{ name: "c", namespaces: [namespace] }] });
  expect(caches[0]?.namespaces[0]).toMatchObject({ lookups: 0, hotKeys: [{ key: "a", share: 1 }] });
});
