import type { Clock } from "@streamgate/core";
import type { GuardedTier } from "../resilience/guarded-tier.ts";

/** A connection that is made at the start of a process may take longer than a request would wait. */
const PATIENCE_MS = 2_000;

/**
 * Asks each tier once, past its guard and for up to 2 s, so that a cold connection is not taken for a tier without values.
 * Whether all have answered.
 */
export async function reachTiers(tiers: readonly GuardedTier[], clock: Clock): Promise<boolean> {
  if (tiers.length === 0) return true;
  const isReached = new AbortController();
  const patience = clock.sleep(PATIENCE_MS, isReached.signal).then(
    () => false,
    () => false,
  );
  const answers = Promise.all(tiers.map(reach)).then(
    () => true,
    () => false,
  );
  const haveAnswered = await Promise.race([answers, patience]);
  isReached.abort();
  return haveAnswered;
}

/** A tier may throw instead of rejecting. */
async function reach({ tier }: GuardedTier): Promise<void> {
  await tier.read([{ key: "streamgate:probe", tags: [] }]);
}
