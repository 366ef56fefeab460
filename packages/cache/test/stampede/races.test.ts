import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type CacheBreaker, CHANNELS } from "@streamgate/core";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { SharedTier, TierClaims } from "../../src/tiers/tier.ts";
import { plainTierUnderTest } from "../contract/plain-tier.ts";
import { gate, openCache, patiently, turn } from "../core/support/caches.ts";
import { PlayedTier } from "../core/support/played-tier.ts";
import { TestClock } from "../core/support/test-clock.ts";

const KEY = "user:1";
const CLAIM = { token: "another process", ttlMs: 60_000 } as const;
const CLAIMS = { ttl: "1m", patience: "1m" } as const;

/** The view of another process, and one of this that can be played with. */
async function twoViews(
  altered: (claims: TierClaims) => TierClaims = (claims) => claims,
): Promise<{ readonly other: SharedTier; readonly tier: PlayedTier }> {
  const { views } = await plainTierUnderTest();
  const [other, own] = views;
  if (other === undefined || own?.claims === undefined) throw new Error("two views are needed");
  return { other, tier: new PlayedTier(own, own.name, altered(own.claims)) };
}

test("a claim that comes too late is handed back, so that nobody waits for it", async () => {
  const { other, tier } = await twoViews();
  const answer = gate();
  tier.delay = (label) => (label === "begin comes back" ? answer.promise : Promise.resolve());
  const { cache, clock } = openCache({ tiers: [tier] });
  const users = cache.namespace<string>("user", { claims: CLAIMS });
  expect(
    await patiently(
      clock,
      users.getOrLoad(1, () => "alone"),
    ),
  ).toBe("alone");
  answer.open();
  await until(async () => {
    const { claim } = await other.begin({ key: KEY, tags: [], claim: CLAIM });
    return claim === "mine";
  });
});

test("who gets a claim that another has filled meanwhile takes that value and loads nothing", async () => {
  const { other, tier } = await twoViews();
  const question = gate();
  tier.delay = (label) => (label === "begin goes" ? question.promise : Promise.resolve());
  const one = openCache({ tiers: [other] }).cache;
  const two = openCache({ tiers: [tier] }).cache;
  const second = two.namespace<string>("user").getOrLoad(1, () => "loaded twice");
  await until(() => tier.count("begin") === 1);
  expect(await one.namespace<string>("user").getOrLoad(1, () => "loaded")).toBe("loaded");
  await one.close();
  question.open();
  expect(await second).toBe("loaded");
  const { claim } = await tier.begin({ key: KEY, tags: [], claim: CLAIM });
  expect(claim).toBe("mine");
});

test("who waits for another's load goes on alone soon after the tier fell silent", async () => {
  const clock = new TestClock();
  const { other, tier } = await twoViews((claims) => ({
    renew: (...asked) => claims.renew(...asked),
    release: (...asked) => claims.release(...asked),
    awaitFill: (_key, timeoutMs) => clock.sleep(timeoutMs),
  }));
  await other.begin({ key: KEY, tags: [], claim: CLAIM });
  const { cache } = openCache({ tiers: [tier], clock });
  const users = cache.namespace<string>("user", { claims: CLAIMS });
  const waiting = users.getOrLoad(1, () => "alone");
  await until(() => tier.count("begin") === 1);
  tier.playAll("silent");
  const sinceMs = clock.monotonicMs();
  expect(await patiently(clock, waiting)).toBe("alone");
  expect(clock.monotonicMs() - sinceMs).toBeLessThan(CLAIM.ttlMs / 2);
});

test("waiting in vain does not count as an answer: the breaker of a silent tier stays open", async () => {
  const states: string[] = [];
  const hear = (message: unknown): void => void states.push((message as CacheBreaker).to);
  subscribe(CHANNELS.cacheBreaker, hear);
  onTestFinished(() => void unsubscribe(CHANNELS.cacheBreaker, hear));
  const { other, tier } = await twoViews();
  await other.begin({ key: KEY, tags: [], claim: CLAIM });
  const { cache, clock } = openCache({ tiers: [tier], breaker: { failures: 1, probeAfter: "1h" } });
  const users = cache.namespace<string>("user", { claims: CLAIMS });
  const waiting = users.getOrLoad(1, () => "alone");
  await until(() => tier.count("begin") === 1);
  tier.playAll("silent");
  await patiently(
    clock,
    users.getOrLoad(2, () => "another"),
  );
  await patiently(clock, waiting);
  expect(states).toEqual(["open"]);
});

test("an answer that came too late for any request does not close the breaker", async () => {
  const states: string[] = [];
  const hear = (message: unknown): void => void states.push((message as CacheBreaker).to);
  subscribe(CHANNELS.cacheBreaker, hear);
  onTestFinished(() => void unsubscribe(CHANNELS.cacheBreaker, hear));
  const { tier } = await twoViews();
  const stored = gate();
  tier.delay = (label) => (label === "fill comes back" ? stored.promise : Promise.resolve());
  const { cache, clock } = openCache({ tiers: [tier], breaker: { failures: 1, probeAfter: "1h" } });
  const users = cache.namespace<string>("user");
  await users.getOrLoad(1, () => "loaded");
  await until(() => tier.count("fill") === 1);
  tier.play = { read: "rejecting" };
  await users.getOrLoad(2, () => "alone");
  clock.advance(100);
  stored.open();
  await until(() => tier.outcomes.length === 1);
  await turn();
  expect(states).toEqual(["open"]);
});
