import { seededRandom } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { HitRatioCurve } from "../../src/analytics/curve/hit-ratio-curve.ts";
import { policyNamed } from "../../src/memory/policies/policy-named.ts";
import { hashOfKey, TableDouble } from "../policies/table-double.ts";

const USES = 50_000;
const ENTRIES = 500;

function popularKeys(seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: USES }, () => Math.floor(8_000 * random.next() ** 3));
}

function curveOf(
  keys: readonly number[],
  options: Partial<ConstructorParameters<typeof HitRatioCurve>[0]> = {},
): HitRatioCurve {
  const curve = new HitRatioCurve({
    makePolicy: policyNamed("adaptive"),
    entries: ENTRIES,
    ...options,
  });
  for (const key of keys) curve.record(hashOfKey(key));
  return curve;
}

function hitsOf(keys: readonly number[], entries: number): number {
  const table = new TableDouble(policyNamed("adaptive"), entries);
  for (const key of keys) table.use(key);
  return table.hits;
}

describe("the hit-ratio curve", () => {
  test("is within three points of the truth with a tenth of the keys of a small cache", () => {
    const keys = popularKeys(1);
    const curve = curveOf(keys, { mostRate: 0.1 });
    const points = curve.points({ uses: keys.length, hits: hitsOf(keys, ENTRIES) });
    expect(points.map(({ multiple }) => multiple)).toEqual([0.25, 0.5, 1, 2, 4, 8]);
    for (const { entries, hitRatio } of points) {
      expect(Math.abs(hitRatio - hitsOf(keys, entries) / keys.length)).toBeLessThan(0.03);
    }
  });

  test("with all keys is the truth", () => {
    const keys = popularKeys(2);
    for (const { entries, hitRatio } of curveOf(keys, { mostRate: 1 }).points()) {
      expect(hitRatio).toBeCloseTo(hitsOf(keys, entries) / keys.length, 10);
    }
  });

  test("meets what the cache measured at its present size", () => {
    const points = curveOf(popularKeys(3), { mostRate: 0.1 }).points({ uses: USES, hits: 30_000 });
    expect(points.find(({ multiple }) => multiple === 1)?.hitRatio).toBeCloseTo(0.6, 10);
  });

  test("has no points before anything was recorded", () => {
    expect(curveOf([]).points({ uses: 10, hits: 5 })).toEqual([]);
  });

  test("watches about its share of keys, always the same ones", () => {
    const curve = curveOf([]);
    const hashes = Array.from({ length: 100_000 }, (_, key) => hashOfKey(key));
    const watched = hashes.filter((hash) => curve.isSampled(hash));
    expect(curve.rate).toBeCloseTo(0.01, 5);
    expect(watched.length).toBeGreaterThan(900);
    expect(watched.length).toBeLessThan(1_100);
    expect(watched.every((hash) => curve.isSampled(hash))).toBe(true);
  });

  test("watches a smaller share when the cache grows, a part of the keys that it watched before", () => {
    const keys = popularKeys(4);
    const curve = curveOf(keys, { mostRate: 1 });
    const before = curve.points();
    const hashes = Array.from({ length: 8_000 }, (_, key) => hashOfKey(key));
    const refused = hashes.filter((hash) => !curve.isSampled(hash));
    curve.aim(100_000);
    expect(curve.rate).toBeLessThan(0.05);
    expect(refused.some((hash) => curve.isSampled(hash))).toBe(false);
    const after = curve.points();
    before.forEach(({ hitRatio }, place) => {
      expect(after[place]?.hitRatio).toBeCloseTo(hitRatio, 5);
    });
  });

  test("counts from a restart without a second cold start", () => {
    const keys = popularKeys(5);
    const curve = curveOf(keys, { mostRate: 0.2 });
    const cold = curve.points();
    curve.restart();
    expect(curve.points()).toEqual([]);
    for (const key of keys) curve.record(hashOfKey(key));
    const warm = curve.points();
    expect(warm.at(-1)?.hitRatio ?? 0).toBeGreaterThan(cold.at(-1)?.hitRatio ?? 1);
  });

  test("misses a key that was removed, at every size", () => {
    const hash = hashOfKey(1);
    const curve = curveOf([1, 1], { mostRate: 1 });
    curve.removed(hash);
    curve.record(hash);
    expect(curve.points().map(({ hitRatio }) => hitRatio)).toEqual(Array(6).fill(1 / 3));
  });

  test("answers for bytes where these are the bound", () => {
    const curve = new HitRatioCurve({
      makePolicy: policyNamed("lru"),
      entries: 1_000,
      bytes: 500,
      mostRate: 1,
    });
    const loop = Array.from({ length: 1_000 }, (_, use) => hashOfKey(use % 10));
    for (const hash of loop) curve.record(hash, 100);
    const ratios = curve.points().map(({ hitRatio }) => hitRatio);
    expect(ratios.slice(0, 3)).toEqual([0, 0, 0]);
    expect(ratios.slice(3)).toEqual([0.99, 0.99, 0.99]);
  });
});
