import {
  bucketIndex,
  bucketLowerBound,
  bucketMidpoint,
  bucketUpperBound,
  LAST_BUCKET,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

const LEAST_NORMAL = 2 ** -1022;
const aboveZero = fc.double({ min: LEAST_NORMAL * 2, noNaN: true, noDefaultInfinity: true });

test("a value lies above the lower bound of its bucket and not above the upper one", () => {
  fc.assert(
    fc.property(aboveZero, (value) => {
      const index = bucketIndex(value);
      expect(value).toBeGreaterThan(bucketLowerBound(index));
      expect(value).toBeLessThanOrEqual(bucketUpperBound(index));
    }),
  );
});

test("the middle of a bucket differs from each of its values by at most 1/64 of the value", () => {
  fc.assert(
    fc.property(fc.double({ min: LEAST_NORMAL * 2, max: 1e300, noNaN: true }), (value) => {
      const middle = bucketMidpoint(bucketIndex(value));
      expect(Math.abs(middle - value)).toBeLessThanOrEqual(value / 64);
    }),
  );
});

test("the upper bound of a bucket belongs to it, and the next double does not", () => {
  fc.assert(
    fc.property(fc.integer({ min: 32, max: LAST_BUCKET - 1 }), (index) => {
      const upper = bucketUpperBound(index);
      expect(bucketIndex(upper)).toBe(index);
      expect(bucketIndex(upper * (1 + Number.EPSILON))).toBe(index + 1);
      expect(bucketLowerBound(index + 1)).toBe(upper);
    }),
  );
});

test("every power of two is a boundary", () => {
  for (let exponent = -1021; exponent <= 1023; exponent += 1) {
    const power = 2 ** exponent;
    expect(bucketUpperBound(bucketIndex(power))).toBe(power);
  }
});

test("zero, what is below and what is too small share the first bucket; infinity is in the last", () => {
  for (const value of [0, -0, -1, -1e300, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, LEAST_NORMAL])
    expect(bucketIndex(value)).toBe(0);
  expect(bucketIndex(Number.MAX_VALUE)).toBe(LAST_BUCKET);
  expect(bucketIndex(Number.POSITIVE_INFINITY)).toBe(LAST_BUCKET);
  expect(bucketUpperBound(LAST_BUCKET)).toBe(Number.POSITIVE_INFINITY);
  expect(bucketLowerBound(0)).toBe(0);
  expect(bucketUpperBound(0)).toBe(LEAST_NORMAL);
});
