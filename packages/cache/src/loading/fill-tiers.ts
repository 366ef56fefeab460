import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { StoredValue } from "../tiers/tier.ts";
import type { AskedTiers } from "./asked-tiers.ts";
import type { LoadClaim } from "./load-claim.ts";
import type { LoadWorld } from "./load-world.ts";
import type { Admitted } from "./value-form.ts";
import type { WatchedTags } from "./watched-tags.ts";

/** What a flight fills with: a tier takes only what goes with the stamp that it gave, and the claim's tier its token. */
export interface FillWith {
  readonly key: string;
  readonly asked: AskedTiers | undefined;
  readonly claim: LoadClaim | undefined;
}

/** What was loaded, on its way to the shared tiers. */
export interface LoadedFill {
  readonly admitted: Admitted;
  readonly isAbsent: boolean;
  readonly tags: WatchedTags;
  readonly loadMs: number;
  /** When the flight began. */
  readonly startedMs: number;
}

/** A load brought it: every tier that gave a stamp gets it. */
export async function fillAll(
  world: LoadWorld,
  { key, asked, claim }: FillWith,
  { admitted, isAbsent, tags, loadMs, startedMs }: LoadedFill,
): Promise<void> {
  const targets = [...(asked?.stamped ?? [])].filter(
    ([tier]) => world.drawTtl(tier.name, isAbsent) > 0,
  );
  if (!targets.some(([tier]) => tier === claim?.tier)) claim?.giveUp();
  if (targets.length === 0) return;
  const payload = await admitted.encode();
  const ageMs = world.clock.monotonicMs() - startedMs;
  for (const [tier, stamp] of targets) {
    world.fill(tier, {
      key,
      tags: tags.all,
      payload,
      stamp,
      ...claim?.tokenFor(tier),
      ttlMs: world.drawTtl(tier.name, isAbsent),
      graceMs: world.graceMs,
      loadMs,
      ageMs,
    });
  }
}

/** A farther tier had it: nearer ones get it, under the stamps that were taken before it was read. */
export function fillNearer(
  world: LoadWorld,
  { key, asked, claim }: FillWith,
  source: GuardedTier,
  found: StoredValue,
): void {
  const nearer = world.tiers.slice(0, world.tiers.indexOf(source));
  if (!nearer.some((tier) => tier === claim?.tier)) claim?.giveUp();
  for (const tier of nearer) {
    const stamp = asked?.stampOf(tier);
    const ttlMs = Math.min(found.freshMs, world.ttlOf(tier.name));
    if (stamp === undefined || ttlMs <= 0) continue;
    const { tags, payload, loadMs, ageMs } = found;
    world.fill(tier, {
      key,
      tags,
      payload,
      stamp,
      ...claim?.tokenFor(tier),
      ttlMs,
      graceMs: world.graceMs,
      loadMs,
      ageMs,
    });
  }
}
