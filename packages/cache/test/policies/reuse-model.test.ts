import { describe, expect, test } from "vitest";
import { ageOfBucket, bucketOfAge } from "../../src/memory/policies/age-buckets.ts";
import { ReuseModel } from "../../src/memory/policies/reuse-model.ts";

const AGES = [2, 8, 32, 128, 512, 2_048];

function worths(model: ReuseModel, count: number): number[] {
  return AGES.map((age) => model.worthOf(count, age));
}

describe("what a place is worth", () => {
  test("falls with age as long as nothing was observed", () => {
    const values = worths(new ReuseModel(), 0);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  test("falls with age where uses come soon or not at all", () => {
    const model = new ReuseModel();
    for (let age = 1; age < 2_000; age += 1) {
      for (let left = 2_000 / age; left > 0; left -= 1) model.sawUse(1, age);
      model.sawLoss(1, 4_000);
    }
    model.learn(1_000, 1e9);
    const values = worths(model, 1);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  test("grows towards the length of a loop", () => {
    const model = new ReuseModel();
    for (let use = 0; use < 1_000; use += 1) model.sawUse(2, 1_000);
    model.learn(1_000, 1e9);
    expect(model.worthOf(2, 900)).toBeGreaterThan(model.worthOf(2, 100));
    expect(model.worthOf(2, 100)).toBeGreaterThan(model.worthOf(2, 2_000));
  });

  test("is higher for entries of a class that is used more often", () => {
    const model = new ReuseModel();
    for (let seen = 0; seen < 1_000; seen += 1) {
      model.sawUse(9, 100);
      if (seen % 20 === 0) model.sawUse(0, 100);
      else model.sawWaiting(0, 1_000, 1);
    }
    model.learn(1_000, 1e9);
    expect(model.worthOf(9, 50)).toBeGreaterThan(5 * model.worthOf(0, 50));
  });

  test("forgets what was learned before a change", () => {
    const model = new ReuseModel();
    for (let seen = 0; seen < 1_000; seen += 1) model.sawUse(5, 100);
    model.learn(10_000, 1_500);
    const before = model.worthOf(5, 64);
    for (let seen = 0; seen < 1_000; seen += 1) model.sawLoss(5, 5_000);
    model.learn(10_000, 1_500);
    expect(model.worthOf(5, 64)).toBeLessThan(before / 5);
  });
});

test("every age lies in its bucket", () => {
  for (const age of [0, 1, 2, 3, 4, 5, 6, 7, 100, 12_345, 2 ** 31, 2 ** 32 - 1]) {
    const bucket = bucketOfAge(age);
    expect(age).toBeGreaterThanOrEqual(ageOfBucket(bucket));
    expect(age).toBeLessThan(ageOfBucket(bucket + 1));
  }
});
