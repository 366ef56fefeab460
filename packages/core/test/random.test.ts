import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";

test("the same seed gives the same run, another seed another", () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(42)).toEqual(draw(42));
  expect(draw(42)).not.toEqual(draw(43));
});

test("draws are uniform: each of ten tenths gets its share of 100,000", () => {
  const random = seededRandom(7);
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const tenth = random.integer(10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  // 6 standard deviations of a binomial count.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(570);
});

test("a shuffle keeps every item and leaves the original alone", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const before = [...items];
      const shuffled = seededRandom(seed).shuffle(items);
      expect(items).toEqual(before);
      expect(shuffled.toSorted((one, other) => one - other)).toEqual(
        before.toSorted((one, other) => one - other),
      );
    }),
  );
});

test("a pick is one of the items, and nothing cannot be picked from", () => {
  const random = seededRandom(1);
  expect(["a", "b"]).toContain(random.pick(["a", "b"]));
  expect(() => random.pick([])).toThrow(RangeError);
});
