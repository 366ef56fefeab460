import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SpaceSaving } from "../../src/analytics/space-saving.ts";

const key = fc.integer({ min: 0, max: 30 }).map(String);
const weight = fc.integer({ min: 1, max: 50 });

test("the true count of every key lies within the stated bounds, and no heavy key is missing", () => {
  const stream = fc.array(fc.tuple(key, weight), { maxLength: 300 });
  fc.assert(
    fc.property(stream, fc.integer({ min: 1, max: 12 }), (offers, capacity) => {
      const sketch = new SpaceSaving(capacity);
      const truth = new Map<string, number>();
      for (const [one, times] of offers) {
        sketch.offer(one, times);
        truth.set(one, (truth.get(one) ?? 0) + times);
      }
      const total = [...truth.values()].reduce((sum, count) => sum + count, 0);
      const told = sketch.top();
      expect(sketch.total).toBe(total);
      expect(told.length).toBe(Math.min(capacity, truth.size));
      for (const { key: one, count, error } of told) {
        const real = truth.get(one) ?? 0;
        expect(count).toBeGreaterThanOrEqual(real);
        expect(count - error).toBeLessThanOrEqual(real);
        expect(error).toBeLessThanOrEqual(total / capacity);
      }
      const names = new Set(told.map(({ key: one }) => one));
      for (const [one, real] of truth) {
        if (real > total / capacity) expect(names.has(one)).toBe(true);
      }
    }),
  );
});

test("the hottest of a skewed stream of many keys are found in their order", () => {
  const random = seededRandom(7);
  const sketch = new SpaceSaving(200);
  for (let offer = 0; offer < 200_000; offer += 1) {
    sketch.offer(String(Math.floor(1 / (random.next() + 1e-5))));
  }
  expect(sketch.top(5).map((counted) => counted.key)).toEqual(["1", "2", "3", "4", "5"]);
});

test("halving keeps the order and lets the present win", () => {
  const sketch = new SpaceSaving(4);
  sketch.offer("old", 100);
  sketch.offer("other", 60);
  for (let round = 0; round < 4; round += 1) sketch.halve();
  sketch.offer("new", 20);
  expect(sketch.top().map((counted) => counted.key)).toEqual(["new", "old", "other"]);
  expect(sketch.total).toBe(30);
});

test("what one sketch counted another can take over", () => {
  const old = new SpaceSaving(8);
  old.offer("a", 10);
  old.offer("b", 5);
  const fresh = new SpaceSaving(8);
  fresh.offer("b", 7);
  fresh.restore(old.top(), old.total);
  expect(fresh.top()).toEqual([
    { key: "b", count: 12, error: 0 },
    { key: "a", count: 10, error: 0 },
  ]);
  expect(fresh.total).toBe(22);
});
