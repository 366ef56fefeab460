import { expect, test } from "vitest";
import { GhostTable } from "../../src/memory/policies/ghost-table.ts";
import { hashOfKey } from "./table-double.ts";

test("a ghost comes back once, with its count and about its age", () => {
  const ghosts = new GhostTable();
  ghosts.aim(800, 400);
  ghosts.put(hashOfKey(1), 1_000, 7, 1_200);
  const found = ghosts.take(hashOfKey(1), 2_000);
  expect(found?.count).toBe(7);
  expect(Math.abs((found?.age ?? 0) - 1_000)).toBeLessThanOrEqual(50);
  expect(ghosts.take(hashOfKey(1), 2_000)).toBeUndefined();
});

test("a full table forgets, says what, and holds about what left last", () => {
  const ghosts = new GhostTable();
  ghosts.aim(1_000, 1_000);
  let forgotten = 0;
  for (let key = 0; key < 5_000; key += 1) {
    if (ghosts.put(hashOfKey(key), key, 0, key) !== undefined) forgotten += 1;
  }
  expect(forgotten).toBeGreaterThan(3_900);
  const isKnown = (key: number): boolean => ghosts.take(hashOfKey(key), 5_000) !== undefined;
  const latest = Array.from({ length: 500 }, (_, place) => isKnown(4_500 + place));
  const oldest = Array.from({ length: 500 }, (_, place) => isKnown(place));
  expect(latest.filter(Boolean).length).toBeGreaterThan(480);
  expect(oldest.filter(Boolean).length).toBeLessThan(5);
});

test("a table that grows or shrinks keeps what it knew", () => {
  const ghosts = new GhostTable();
  ghosts.aim(1_000, 500);
  for (let key = 0; key < 300; key += 1) ghosts.put(hashOfKey(key), 10 * key, 3, 3_000);
  ghosts.aim(4_000, 2_000);
  ghosts.put(hashOfKey(1_000), 3_000, 0, 3_000);
  expect(ghosts.capacity).toBe(4_000);
  ghosts.aim(1_000, 500);
  ghosts.put(hashOfKey(1_001), 3_000, 0, 3_000);
  const known = Array.from({ length: 300 }, (_, key) => ghosts.take(hashOfKey(key), 3_000)?.count);
  expect(known.filter((count) => count === 3).length).toBeGreaterThan(270);
});
