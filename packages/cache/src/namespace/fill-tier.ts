import { UNAVAILABLE } from "../resilience/deadline.ts";
import type { GuardedTier } from "../resilience/guarded-tier.ts";
import type { Fill, FillOutcome } from "../tiers/tier.ts";
import type { NamespaceRecord } from "./namespace-record.ts";

/** Stores in a shared tier, and tells of it. */
export async function fillTier(
  tier: GuardedTier,
  fill: Fill,
  record: Pick<NamespaceRecord, "filled">,
): Promise<FillOutcome | "unavailable"> {
  const filled = await tier.fill(fill);
  const outcome = filled === UNAVAILABLE ? "unavailable" : filled;
  record.filled(fill.key, tier.name, outcome, fill.payload.bytes.length);
  return outcome;
}
