import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { Begun, StoredValue, TierClaims } from "../tiers/tier.ts";
import type { AskedTiers } from "./asked-tiers.ts";
import { type Claimed, keepClaim, releaseClaim, waitForClaim } from "./claim.ts";
import type { LoadWorld } from "./load-world.ts";

/** The claim of one flight on its load, in the first tier that has claims: of all processes one loads, and the others wait for it. */
export class LoadClaim {
  readonly tier: GuardedTier;
  private readonly world: LoadWorld;
  private readonly key: string;
  private readonly asked: AskedTiers;
  private readonly claimed: Claimed;
  private state: Begun["claim"] = "free";

  private constructor(world: LoadWorld, key: string, asked: AskedTiers, claimed: Claimed) {
    this.world = world;
    this.key = key;
    this.asked = asked;
    this.claimed = claimed;
    this.tier = claimed.tier;
  }

  /** Undefined where no tier that answers has claims, or the namespace wants none. */
  static on(world: LoadWorld, key: string, asked: AskedTiers): LoadClaim | undefined {
    const tier = asked.answering.find(hasClaims);
    const { claims } = world.options;
    if (tier === undefined || claims === undefined) return undefined;
    return new LoadClaim(world, key, asked, {
      tier,
      claims: tier.claims,
      token: world.newToken(),
      ttlMs: claims.ttlMs,
    });
  }

  get isOurs(): boolean {
    return this.state === "mine";
  }

  get isTaken(): boolean {
    return this.state === "taken";
  }

  /** Asks for it together with the stamp of its tier. */
  async begin(): Promise<void> {
    this.state = (await this.ask(this.asked.leftMs)) ?? "free";
  }

  /** Another process loads: waits for its value, undefined where this one loads after all. */
  async awaitOther(): Promise<StoredValue | undefined> {
    const { world } = this;
    const { clock } = world;
    const startedMs = clock.monotonicMs();
    const outcome = await waitForClaim(this.claimed, {
      clock,
      patienceMs: world.options.claims?.patienceMs ?? 0,
      key: this.key,
      read: () => this.asked.read(this.tier),
      tryAgain: async () => (await this.ask(world.tierTimeoutMs)) ?? "unavailable",
    });
    world.record.claimWaited(clock.monotonicMs() - startedMs);
    this.state = outcome.kind === "mine" ? "mine" : "free";
    return outcome.kind === "found" ? outcome.found : undefined;
  }

  /**
   * Whoever gets a claim looks once more: the former holder may have filled after this process had looked, and before
   * it claimed.
   */
  async lookOnceMore(timeoutMs: number): Promise<StoredValue | undefined> {
    const patience = new AbortController();
    const late = this.world.clock.sleep(timeoutMs, patience.signal).catch(() => undefined);
    const found = await Promise.race([this.asked.read(this.tier), late]);
    patience.abort();
    return found ?? undefined;
  }

  /** Renews it while the load runs; returns what ends that. */
  keep(): (() => void) | undefined {
    return this.isOurs ? keepClaim(this.claimed, this.key) : undefined;
  }

  /** Where no fill will end it, others must not wait until it lapses. */
  giveUp(): void {
    const wasOurs = this.isOurs;
    this.state = "free";
    if (wasOurs) void releaseClaim(this.claimed, this.key);
  }

  /** What a fill of this tier shows, to be let in. */
  tokenFor(tier: GuardedTier): { readonly claimToken?: string } {
    return tier === this.tier && this.isOurs ? { claimToken: this.claimed.token } : {};
  }

  private async ask(timeoutMs: number): Promise<Begun["claim"] | undefined> {
    const { token, ttlMs } = this.claimed;
    return (await this.asked.begin(this.tier, timeoutMs, { token, ttlMs }))?.claim;
  }
}

function hasClaims(tier: GuardedTier): tier is GuardedTier & { readonly claims: TierClaims } {
  return tier.claims !== undefined;
}
