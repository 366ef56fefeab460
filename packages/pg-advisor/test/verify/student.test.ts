import { expect, test } from "vitest";
import { normalUpperQuantile, studentUpperQuantile } from "../../src/verify/student.ts";

test("the quantiles of Student's t agree with the tables within a few percent", () => {
  const table = [
    [0.025, 3, 3.182],
    [0.025, 6, 2.447],
    [0.025, 22, 2.074],
    [0.00125, 10, 3.966],
    [0.00125, 22, 3.416],
  ] as const;
  for (const [probability, degreesOfFreedom, expected] of table) {
    const ratio = studentUpperQuantile(probability, degreesOfFreedom) / expected;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
  }
});

test("with many degrees of freedom they are those of the normal distribution", () => {
  expect(normalUpperQuantile(0.025)).toBeCloseTo(1.959964, 6);
  expect(normalUpperQuantile(0.001)).toBeCloseTo(3.090232, 6);
  expect(studentUpperQuantile(0.025, 1e9)).toBeCloseTo(1.959964, 6);
});
