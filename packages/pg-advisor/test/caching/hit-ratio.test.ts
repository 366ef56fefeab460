import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CacheTraffic, hitRatio } from "../../src/caching/hit-ratio.ts";

const HOUR_MS = 3_600_000;

/** Calls and writes as they come, one by one. */
function simulate(traffic: CacheTraffic, hours: number): number {
  const random = seededRandom(11);
  const wait = (rate: number): number =>
    rate <= 0 ? Infinity : -Math.log(1 - random.next()) / rate;
  const until = new Map<number, number>();
  let [hits, calls] = [0, 0];
  let nextWrite = wait(traffic.writesPerHour);
  for (let at = wait(traffic.callsPerHour); at < hours; at += wait(traffic.callsPerHour)) {
    while (nextWrite <= at) {
      until.clear();
      nextWrite += wait(traffic.writesPerHour);
    }
    const key = Math.floor(random.next() * traffic.keys);
    calls += 1;
    if ((until.get(key) ?? -1) > at) hits += 1;
    else until.set(key, at + traffic.ttlMs / HOUR_MS);
  }
  return hits / calls;
}

describe("the hit ratio that is foretold", () => {
  it.each([
    { callsPerHour: 3_600, keys: 1, writesPerHour: 60, ttlMs: 60_000 },
    { callsPerHour: 36_000, keys: 500, writesPerHour: 20, ttlMs: 60_000 },
    { callsPerHour: 7_200, keys: 2_000, writesPerHour: 0, ttlMs: 600_000 },
    { callsPerHour: 100, keys: 10, writesPerHour: 1_000, ttlMs: 60_000 },
  ])("is what calls and writes that come one by one bring: %o", (given) => {
    const traffic = { ...given, frequentShares: [] };
    expect(Math.abs(hitRatio(traffic) - simulate(traffic, 60))).toBeLessThan(0.02);
  });

  it("is higher where few keys are asked for most", () => {
    const even = {
      callsPerHour: 3_600,
      keys: 1_000,
      frequentShares: [],
      writesPerHour: 10,
      ttlMs: 60_000,
    };
    const uneven = { ...even, frequentShares: [0.4, 0.2, 0.1] };
    expect(hitRatio(uneven)).toBeGreaterThan(hitRatio(even) + 0.3);
  });

  it("lies between 0 and 1, grows with calls and falls with writes, whatever the traffic", () => {
    const traffic = fc.record({
      callsPerHour: fc.double({ min: 0, max: 1e7, noNaN: true }),
      keys: fc.integer({ min: 1, max: 100_000 }),
      frequentShares: fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { maxLength: 5 }),
      writesPerHour: fc.double({ min: 0, max: 1e6, noNaN: true }),
      ttlMs: fc.integer({ min: 1, max: 1e8 }),
    });
    fc.assert(
      fc.property(traffic, (one) => {
        const ratio = hitRatio(one);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
        const busier = hitRatio({ ...one, callsPerHour: one.callsPerHour * 2 });
        const restless = hitRatio({ ...one, writesPerHour: one.writesPerHour * 2 + 1 });
        expect(busier).toBeGreaterThanOrEqual(ratio - 1e-9);
        expect(restless).toBeLessThanOrEqual(ratio + 1e-9);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
