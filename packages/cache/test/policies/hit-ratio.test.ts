import { seededRandom } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { policyNamed } from "../../src/memory/policies/policy-named.ts";
import { TableDouble } from "./table-double.ts";

type Name = Parameters<typeof policyNamed>[0];
const USES = 40_000;

function hitRatio(name: Name, entries: number, keys: readonly number[]): number {
  const table = new TableDouble(policyNamed(name), entries);
  for (const key of keys) table.use(key);
  return table.hits / keys.length;
}

/** Few keys are asked for much more often than the others. */
function skewed(seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: USES }, () => Math.floor(5_000 * random.next() ** 4));
}

describe("adaptive", () => {
  test("keeps a part of a loop that is larger than the cache, where LRU has no hit", () => {
    const loop = Array.from({ length: USES }, (_, use) => use % 1_000);
    expect(hitRatio("lru", 800, loop)).toBe(0);
    expect(hitRatio("adaptive", 800, loop)).toBeGreaterThan(0.75);
  });

  test("lets scans pass by", () => {
    const popular = skewed(1);
    const withScans = popular.flatMap((key, use) => [key, 10_000 + use]);
    expect(hitRatio("adaptive", 400, withScans)).toBeGreaterThan(
      hitRatio("lru", 400, withScans) + 0.05,
    );
  });

  test("is no worse than LRU where only recency counts", () => {
    const random = seededRandom(3);
    const recent = Array.from({ length: USES }, (_, use) =>
      Math.floor(use / 4 - 2_000 * random.next() ** 6),
    );
    for (const entries of [50, 200, 1_000]) {
      expect(hitRatio("adaptive", entries, recent)).toBeGreaterThan(
        hitRatio("lru", entries, recent) - 0.005,
      );
    }
  });

  test("follows when all popular keys are exchanged", () => {
    const phases = [0, 1, 2, 3].flatMap((phase) =>
      skewed(phase)
        .slice(0, USES / 4)
        .map((key) => key + 10_000 * phase),
    );
    for (const entries of [50, 400, 2_000]) {
      expect(hitRatio("adaptive", entries, phases)).toBeGreaterThan(
        hitRatio("lru", entries, phases) - 0.005,
      );
    }
  });

  test("is not blinded by entries that are deleted and come back", () => {
    const table = new TableDouble(policyNamed("adaptive"), 400);
    const keys = skewed(5);
    keys.forEach((key, use) => {
      if (use % 7 === 0) table.remove(keys[use - 3] ?? 0);
      table.use(key);
    });
    expect(table.hits / keys.length).toBeGreaterThan(0.3);
  });
});

test.each(["s3-fifo", "w-tiny-lfu"] as const)("%s beats LRU where popularity is skewed", (name) => {
  const keys = skewed(9);
  expect(hitRatio(name, 200, keys)).toBeGreaterThan(hitRatio("lru", 200, keys) + 0.02);
});
