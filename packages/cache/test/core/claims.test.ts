import { describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { memoryTier } from "../../src/memory/memory-options.ts";
import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  TierClaims,
} from "../../src/tiers/tier.ts";
import { gate, openCache, patiently, playedTier, turn } from "./support/caches.ts";
import { PlayedTier } from "./support/played-tier.ts";

/** Claims that the test holds, wakes and lets lapse by hand, over a tier that works. */
class Claims implements TierClaims {
  readonly holders = new Map<string, string>();
  readonly released: string[] = [];
  private readonly sleepers: (() => void)[] = [];
  /** How the calls of claims themselves go wrong. */
  throwing: Error | undefined;

  over(tier: SharedTier): SharedTier {
    return {
      name: tier.name,
      read: (reads) => tier.read(reads),
      invalidate: (tags) => tier.invalidate(tags),
      close: () => tier.close(),
      begin: async ({ key, tags, claim }: BeginRequest): Promise<Begun> => {
        const { stamp } = await tier.begin({ key, tags });
        if (claim === undefined) return { stamp, claim: "free" };
        if (this.holders.has(key)) return { stamp, claim: "taken" };
        this.holders.set(key, claim.token);
        return { stamp, claim: "mine" };
      },
      fill: async ({ claimToken, ...fill }: Fill): Promise<FillOutcome> => {
        const isLost = claimToken !== undefined && this.holders.get(fill.key) !== claimToken;
        if (isLost) return "fenced";
        const outcome = await tier.fill(fill);
        if (claimToken !== undefined) this.letGo(fill.key);
        return outcome;
      },
    };
  }

  get waiting(): number {
    return this.sleepers.length;
  }

  /** The claim ends, and who waits is woken. */
  letGo(key: string): void {
    this.holders.delete(key);
    for (const wake of this.sleepers.splice(0)) wake();
  }

  awaitFill(): Promise<void> {
    if (this.throwing !== undefined) throw this.throwing;
    return new Promise((resolve) => this.sleepers.push(resolve));
  }

  renew(key: string, token: string): Promise<boolean> {
    if (this.throwing !== undefined) throw this.throwing;
    return Promise.resolve(this.holders.get(key) === token);
  }

  release(key: string, token: string): Promise<void> {
    if (this.throwing !== undefined) throw this.throwing;
    if (this.holders.get(key) === token) this.letGo(key);
    this.released.push(key);
    return Promise.resolve();
  }
}

async function claimed(name = "plain") {
  const claims = new Claims();
  const tier = new PlayedTier(claims.over(await playedTier(name)), name, claims);
  return { claims, tier };
}

test("two processes load a cold key once: one holds the claim, the other waits and finds", async () => {
  const { claims, tier } = await claimed();
  const [one, two] = [openCache({ tiers: [tier] }), openCache({ tiers: [tier] })];
  const stop = gate<string>();
  const first = one.cache.namespace<string>("user").getOrLoad(1, () => stop.promise);
  await until(() => claims.holders.size === 1);
  const second = two.cache.namespace<string>("user").getOrLoad(1, () => "loaded twice");
  await until(() => claims.waiting === 1);
  stop.open("once");
  expect([await first, await second]).toEqual(["once", "once"]);
  expect(claims.holders.size).toBe(0);
  expect(two.cache.statistics().namespaces[0]?.total.claimsWaited).toBe(1);
});

test("when the holder dies one of those who wait takes over, and the others wait for that one", async () => {
  const { claims, tier } = await claimed();
  claims.holders.set("user:1", "a process that died");
  let loads = 0;
  const stop = gate<string>();
  const waiting = [1, 2, 3].map(() =>
    openCache({ tiers: [tier] })
      .cache.namespace<string>("user")
      .getOrLoadAsync(1, () => {
        loads += 1;
        return stop.promise;
      }),
  );
  await until(() => claims.waiting === 3);
  claims.letGo("user:1");
  await until(() => claims.waiting === 2 && loads === 1);
  stop.open("taken over");
  expect(await Promise.all(waiting)).toEqual(["taken over", "taken over", "taken over"]);
  expect(loads).toBe(1);
});

test("a wake-up without reason leads to another wait", async () => {
  const { claims, tier } = await claimed();
  claims.holders.set("user:1", "another");
  const { cache } = openCache({ tiers: [tier] });
  const waiting = cache.namespace<string>("user").getOrLoad(1, () => "loaded");
  for (let wake = 0; wake < 3; wake += 1) {
    await until(() => claims.waiting === 1);
    claims.letGo("user:1");
    claims.holders.set("user:1", "another");
    await until(() => claims.waiting === 1);
  }
  claims.letGo("user:1");
  expect(await waiting).toBe("loaded");
});

test("who has waited long enough loads alone, and its value is stored", async () => {
  const { claims, tier } = await claimed();
  claims.holders.set("user:1", "a slow process");
  const { cache, clock } = openCache({ tiers: [tier] });
  const users = cache.namespace<string>("user", { claims: { ttl: 100, patience: 300 } });
  expect(
    await patiently(
      clock,
      users.getOrLoad(1, () => "alone"),
    ),
  ).toBe("alone");
  await until(() => tier.outcomes.length === 1);
  expect(tier.outcomes).toEqual(["stored"]);
  expect(claims.holders.get("user:1")).toBe("a slow process");
});

test.each(["throwing", "silent"] as const)(
  "when waiting fails since the tier is %s, each loads alone",
  async (how) => {
    const { claims, tier } = await claimed();
    claims.holders.set("user:1", "another");
    if (how === "throwing") claims.throwing = new Error("no waiting");
    const { cache, clock } = openCache({ tiers: [tier] });
    expect(
      await patiently(
        clock,
        cache.namespace<string>("user").getOrLoad(1, () => "alone"),
      ),
    ).toBe("alone");
  },
);

test("when the tier is gone at the end of a wait, each loads alone", async () => {
  const { claims, tier } = await claimed();
  claims.holders.set("user:1", "another");
  const { cache } = openCache({ tiers: [tier] });
  const waiting = cache.namespace<string>("user").getOrLoad(1, () => "alone");
  await until(() => claims.waiting === 1);
  tier.playAll("rejecting");
  claims.letGo("user:1");
  expect(await waiting).toBe("alone");
});

describe("a claim is given up", () => {
  test("when the load fails", async () => {
    const { claims, tier } = await claimed();
    const users = openCache({ tiers: [tier] }).cache.namespace<string>("user");
    const failing = users.getOrLoad(1, () => Promise.reject(new Error("boom")));
    await expect(failing).rejects.toThrow("boom");
    await until(() => claims.holders.size === 0);
    expect(claims.released).toEqual(["user:1"]);
  });

  test("when the value cannot be stored", async () => {
    const { claims, tier } = await claimed();
    const users = openCache({ tiers: [tier] }).cache.namespace<unknown>("user");
    await users.getOrLoad(1, () => () => "a function");
    await until(() => claims.holders.size === 0);
  });

  test("when nothing is to be stored, as there is none", async () => {
    const { claims, tier } = await claimed();
    const users = openCache({ tiers: [tier] }).cache.namespace("user", { negativeTtl: 0 });
    await users.getOrLoad(1, () => undefined);
    await until(() => claims.holders.size === 0);
  });

  test("when a farther tier has the value", async () => {
    const near = await playedTier("near");
    const { claims, tier: far } = await claimed("far");
    await openCache({ tiers: [far] })
      .cache.namespace<string>("user")
      .set(1, "there");
    const users = openCache({ tiers: [near, far] }).cache.namespace<string>("user");
    expect(await users.getOrLoad(1, () => "never")).toBe("there");
    await until(() => claims.holders.size === 0);
  });

  test("by its fill when a nearer tier is filled from a farther one", async () => {
    const { claims, tier: near } = await claimed("near");
    const far = await playedTier("far");
    await openCache({ tiers: [far] })
      .cache.namespace<string>("user")
      .set(1, "there");
    const users = openCache({ tiers: [near, far] }).cache.namespace<string>("user");
    expect(await users.getOrLoad(1, () => "never")).toBe("there");
    await until(() => near.outcomes.length === 1);
    expect(near.outcomes).toEqual(["stored"]);
    expect(claims.holders.size).toBe(0);
  });
});

test("claims that throw at once hide neither the loader's error nor an expired value", async () => {
  const { claims, tier } = await claimed();
  const { cache, clock } = openCache({ tiers: [memoryTier(), tier], bus: "none" });
  const users = cache.namespace<string>("user", {
    ttl: 100,
    jitter: 0,
    staleIfError: "1h",
    claims: { ttl: 12 },
  });
  const late = async () => {
    // Long enough for a renewal, which throws too.
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error("boom");
  };
  await users.getOrLoad(1, () => "old");
  await turn();
  clock.advance(200);
  tier.altered = (found) => found.map(() => undefined);
  claims.throwing = new Error("claims are broken");
  expect(await users.getOrLoad(1, late)).toBe("old");
  await expect(users.getOrLoad(2, late)).rejects.toThrow("boom");
});

test("a claim is renewed while its load runs, and not afterwards", async () => {
  const { claims, tier } = await claimed();
  let renewals = 0;
  const renew = claims.renew.bind(claims);
  claims.renew = (key, token) => {
    renewals += 1;
    return renew(key, token);
  };
  const stop = gate<string>();
  const users = openCache({ tiers: [tier] }).cache.namespace<string>("user", {
    claims: { ttl: 15 },
  });
  const loading = users.getOrLoad(1, () => stop.promise);
  await until(() => renewals >= 2);
  stop.open("Ada");
  await loading;
  const before = renewals;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(renewals).toBe(before);
});

test("a fill whose claim was lost is fenced off", async () => {
  const { claims, tier } = await claimed();
  const stop = gate<string>();
  const users = openCache({ tiers: [tier] }).cache.namespace<string>("user");
  const loading = users.getOrLoad(1, () => stop.promise);
  await until(() => claims.holders.size === 1);
  claims.holders.set("user:1", "who took over");
  stop.open("late");
  expect(await loading).toBe("late");
  await until(() => tier.outcomes.length === 1);
  expect(tier.outcomes).toEqual(["fenced"]);
});

test("without claims none is asked for", async () => {
  const { claims, tier } = await claimed();
  const users = openCache({ tiers: [tier] }).cache.namespace<string>("user", { claims: false });
  claims.holders.set("user:1", "another");
  expect(await users.getOrLoad(1, () => "alone")).toBe("alone");
});
