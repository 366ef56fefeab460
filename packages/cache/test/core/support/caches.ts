import { seededRandom } from "@streamgate/core";
import { afterEach, expect } from "vitest";
import { type Cache, createCache } from "../../../src/cache.ts";
import type { CacheOptions } from "../../../src/options/cache-options.ts";
import type { SharedTier } from "../../../src/tiers/tier.ts";
import { plainTierUnderTest } from "../../contract/plain-tier.ts";
import { PlayedTier } from "./played-tier.ts";
import { TestClock } from "./test-clock.ts";

/** A cache under test with what it runs on. */
export interface Opened {
  readonly cache: Cache;
  readonly clock: TestClock;
  readonly warnings: string[];
}

const opened: Opened[] = [];
const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ cache, clock }) => patiently(clock, cache.close())));
  await turn();
  expect(unhandled.splice(0), "rejections that nobody handled").toEqual([]);
});

/** A cache on a clock that stands still, closed after the test. */
export function openCache(options: CacheOptions = {}): Opened {
  const clock = (options.clock as TestClock | undefined) ?? new TestClock();
  const warnings: string[] = [];
  const cache = createCache({
    random: seededRandom(1),
    onWarning: (warning) => warnings.push(warning),
    ...options,
    clock,
  });
  const one = { cache, clock, warnings };
  opened.push(one);
  return one;
}

/** A tier that works, with switches for what goes wrong. */
export async function playedTier(name = "plain"): Promise<PlayedTier> {
  const { views } = await plainTierUnderTest();
  return new PlayedTier(withoutClaims(views[0]), name);
}

/** Two processes' views of one working tier, without claims on loads. */
export async function twoPlayedViews(): Promise<readonly [PlayedTier, PlayedTier]> {
  const { views } = await plainTierUnderTest();
  return [new PlayedTier(withoutClaims(views[0])), new PlayedTier(withoutClaims(views[1]))];
}

/** One turn of the event loop: all that waits for nothing but itself is done. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass for as long as the work takes: what waits for a tier that is silent is given up. */
export async function patiently<Result>(
  clock: TestClock,
  work: Promise<Result> | Result,
): Promise<Result> {
  const ticking = setInterval(() => clock.advance(5), 1);
  try {
    return await work;
  } finally {
    clearInterval(ticking);
  }
}

/** A promise with its ends in hand. */
export function gate<Result = void>(): {
  readonly promise: Promise<Result>;
  readonly open: (result: Result) => void;
  readonly fail: (error: unknown) => void;
} {
  let open: (result: Result) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<Result>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/** The same tier for those who load without asking others. */
export function withoutClaims(tier: SharedTier | undefined): SharedTier {
  if (tier === undefined) throw new Error("no such view");
  return {
    name: tier.name,
    read: (reads) => tier.read(reads),
    begin: ({ key, tags }) => tier.begin({ key, tags }),
    fill: (fill) => tier.fill(fill),
    invalidate: (tags) => tier.invalidate(tags),
    close: () => tier.close(),
  };
}
