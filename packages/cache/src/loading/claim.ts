import type { Clock } from "@streamgate/core";
import { UNAVAILABLE } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { StoredValue, TierClaims } from "../tiers/tier.ts";

/** A claim on a load that was asked for, whoever got it. */
export interface Claimed {
  readonly tier: GuardedTier;
  readonly claims: TierClaims;
  readonly token: string;
  readonly ttlMs: number;
}

export type ClaimOutcome =
  | { readonly kind: "found"; readonly found: StoredValue }
  /** The holder gave up or died, and the claim is ours now. */
  | { readonly kind: "mine" }
  /** The tier is gone, or patience is over: each loads by itself. */
  | { readonly kind: "alone" };

export interface ClaimWait {
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly key: string;
  read(): Promise<StoredValue | undefined>;
  tryAgain(): Promise<"free" | "mine" | "taken" | "unavailable">;
}

/** Who waits looks at least so often whether the tier is still there, ms. */
const LONGEST_WAIT_MS = 100;

/**
 * Waits for another process's load. Each time the holder fills, gives up, or its claim lapses, the tier is read again,
 * and where there is nothing the claim is tried: of all who wait one gets it, the others wait for that one.
 */
export async function waitForClaim(claimed: Claimed, wait: ClaimWait): Promise<ClaimOutcome> {
  const { clock, patienceMs, key } = wait;
  const giveUpAtMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    const leftMs = giveUpAtMs - clock.monotonicMs();
    if (leftMs <= 0) return { kind: "alone" };
    const waited = await claimed.tier.awaitFill(
      claimed.claims,
      key,
      Math.min(leftMs, claimed.ttlMs, LONGEST_WAIT_MS),
    );
    if (waited === UNAVAILABLE) return { kind: "alone" };
    const found = await wait.read();
    if (found !== undefined && found.freshMs > 0) return { kind: "found", found };
    const again = await wait.tryAgain();
    if (again === "mine") return { kind: "mine" };
    if (again !== "taken") return { kind: "alone" };
  }
}

/** Renews a claim while its load runs; returns what ends that. */
export function keepClaim(claimed: Claimed, key: string): () => void {
  const renew = async (): Promise<void> => {
    try {
      const isOurs = await claimed.claims.renew(key, claimed.token, claimed.ttlMs);
      if (!isOurs) clearInterval(timer);
    } catch {
      // A claim that cannot be renewed lapses; the fill is then fenced off.
    }
  };
  const timer = setInterval(() => void renew(), claimed.ttlMs / 3);
  timer.unref();
  return () => clearInterval(timer);
}

/** Gives a claim up without a fill, behind everybody's back. */
export async function releaseClaim(claimed: Claimed, key: string): Promise<void> {
  try {
    await claimed.claims.release(key, claimed.token);
  } catch {
    // A claim that cannot be released lapses.
  }
}
