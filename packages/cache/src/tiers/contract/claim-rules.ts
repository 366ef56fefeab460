import { equal, notEqual } from "node:assert/strict";
import type { BeginRequest, Begun, SharedTier, TierClaims } from "../tier.ts";
import type { Stage, TierContractCase } from "./contract-case.ts";
import { beginLoad, endLoad, implicitTags, LONG_MS, readText } from "./loads.ts";
import { rule } from "./rule.ts";

/** Long enough for a slow machine to act in, short enough to wait for. */
const SHORT_MS = 1_500;

/** These rules hold for tiers with claims; another passes them by. */
function claimRule(
  name: string,
  prove: (stage: Stage, firstClaims: TierClaims, secondClaims: TierClaims) => Promise<void>,
): TierContractCase {
  return rule(name, async (stage) => {
    const { first, second } = stage;
    if (first.claims !== undefined && second.claims !== undefined)
      await prove(stage, first.claims, second.claims);
  });
}

function claim(
  tier: SharedTier,
  key: string,
  token: string,
  {
    ttlMs = LONG_MS,
    tags = [],
  }: { readonly ttlMs?: number; readonly tags?: readonly string[] } = {},
): Promise<Begun> {
  const request: BeginRequest = {
    key,
    tags: [...implicitTags(key), ...tags],
    claim: { token, ttlMs },
  };
  return tier.begin(request);
}

function fillClaimed(tier: SharedTier, key: string, begun: Begun, token: string): Promise<string> {
  const load = { key, tags: implicitTags(key), stamp: begun.stamp };
  return endLoad(tier, load, token, { claimToken: token });
}

export const CLAIM_RULES: readonly TierContractCase[] = [
  rule("who asks for no claim is free", async ({ first }) => {
    equal((await first.begin({ key: "free:1", tags: implicitTags("free:1") })).claim, "free");
  }),

  claimRule("a claim is one process's", async ({ first, second }) => {
    equal((await claim(first, "one:1", "a")).claim, "mine");
    equal((await claim(second, "one:1", "b")).claim, "taken");
    equal((await claim(first, "one:1", "c")).claim, "taken");
    equal((await claim(second, "one:2", "b")).claim, "mine");
  }),

  claimRule("of a hundred that ask at once one gets the claim", async ({ first, second }) => {
    const asked = Array.from({ length: 100 }, (_, index) =>
      claim(index % 2 === 0 ? first : second, "crowd:1", `token ${index}`),
    );
    const answers = await Promise.all(asked);
    equal(answers.filter((answer) => answer.claim === "mine").length, 1);
  }),

  claimRule("a fill with its claim lands and gives the claim back", async ({ first, second }) => {
    const begun = await claim(first, "done:1", "a");
    equal(await fillClaimed(first, "done:1", begun, "a"), "stored");
    equal(await readText(second, "done:1"), "a");
    equal((await claim(second, "done:1", "b")).claim, "mine");
  }),

  claimRule(
    "a claim lapses, and the fill of its late holder is fenced",
    async ({ first, second, advance }) => {
      const late = await claim(first, "lapse:1", "a", { ttlMs: 100 });
      await advance(150);
      const next = await claim(second, "lapse:1", "b");
      equal(next.claim, "mine");
      equal(await fillClaimed(first, "lapse:1", late, "a"), "fenced");
      equal(await readText(first, "lapse:1"), undefined);
      equal(await fillClaimed(second, "lapse:1", next, "b"), "stored");
      equal(await readText(first, "lapse:1"), "b");
    },
  ),

  claimRule(
    "after the next holder filled, a late one cannot overwrite it",
    async ({ first, second, advance }) => {
      const late = await claim(first, "over:1", "a", { ttlMs: 100 });
      await advance(150);
      const next = await claim(second, "over:1", "b");
      equal(await fillClaimed(second, "over:1", next, "b"), "stored");
      notEqual(await fillClaimed(first, "over:1", late, "a"), "stored");
      equal(await readText(first, "over:1"), "b");
    },
  ),

  claimRule(
    "a claim that is renewed does not lapse",
    async ({ first, second, advance }, claims) => {
      const begun = await claim(first, "renew:1", "a", { ttlMs: SHORT_MS });
      equal(await claims.renew("renew:1", "a", LONG_MS), true);
      await advance(SHORT_MS + 100);
      equal((await claim(second, "renew:1", "b")).claim, "taken");
      equal(await fillClaimed(first, "renew:1", begun, "a"), "stored");
    },
  ),

  claimRule(
    "a claim that is not ours cannot be renewed",
    async ({ first, advance }, claims, others) => {
      equal(await claims.renew("absent:1", "a", LONG_MS), false);
      await claim(first, "alien:1", "a", { ttlMs: 100 });
      equal(await others.renew("alien:1", "b", LONG_MS), false);
      await advance(150);
      equal(await claims.renew("alien:1", "a", LONG_MS), false);
    },
  ),

  claimRule(
    "a claim is given up by its holder alone",
    async ({ first, second }, claims, others) => {
      await claim(first, "give:1", "a");
      await others.release("give:1", "b");
      equal((await claim(second, "give:1", "b")).claim, "taken");
      await claims.release("give:1", "a");
      equal((await claim(second, "give:1", "b")).claim, "mine");
      await claims.release("give:1", "a");
      equal((await claim(first, "give:1", "c")).claim, "taken");
    },
  ),

  claimRule("who waits is woken when the holder gives up", async ({ first }, claims, others) => {
    await claim(first, "wake:1", "a");
    const woken = others.awaitFill("wake:1", LONG_MS);
    await claims.release("wake:1", "a");
    await woken;
  }),

  claimRule(
    "who waits is woken by the fill and finds the value",
    async ({ first, second }, _, others) => {
      const begun = await claim(first, "woken:1", "a");
      const both = Promise.all([
        others.awaitFill("woken:1", LONG_MS),
        others.awaitFill("woken:1", LONG_MS),
      ]);
      await fillClaimed(first, "woken:1", begun, "a");
      await both;
      equal(await readText(second, "woken:1"), "a");
    },
  ),

  claimRule("who waits is let go after its time", async ({ first }, _, others) => {
    await claim(first, "wait:1", "a");
    await others.awaitFill("wait:1", 50);
  }),

  claimRule("a claim older than an invalidation of its tags is void", async ({ first, second }) => {
    const old = await claim(first, "void:1", "a", { tags: ["t"] });
    await second.invalidate(["t"]);
    const next = await claim(second, "void:1", "b", { tags: ["t"] });
    equal(next.claim, "mine");
    notEqual(await fillClaimed(first, "void:1", old, "a"), "stored");
    equal(await fillClaimed(second, "void:1", next, "b"), "stored");
    equal(await readText(first, "void:1"), "b");
  }),

  claimRule("an invalidation of other tags leaves a claim alone", async ({ first, second }) => {
    await claim(first, "alone:1", "a", { tags: ["t"] });
    await second.invalidate(["other"]);
    equal((await claim(second, "alone:1", "b", { tags: ["t"] })).claim, "taken");
  }),

  claimRule("a load without a claim is held up by nobody's", async ({ first, second }) => {
    await claim(first, "bypass:1", "a");
    equal(await endLoad(second, await beginLoad(second, "bypass:1"), "v"), "stored");
    equal(await readText(first, "bypass:1"), "v");
  }),
];
