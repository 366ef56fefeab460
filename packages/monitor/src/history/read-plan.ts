import { windowStart } from "../series/roll-up.ts";
import { badQuery } from "./errors.ts";
import type { HistoryQuery } from "./history.ts";
import { stateOf, type TierStates } from "./tier-states.ts";
import type { KeptTier, Tier } from "./tiers.ts";

/** Points a series that an answer holds at least, and not twice as many, where the caller names no step: what a chart can show. */
const ENOUGH_POINTS = 300;

/** A stretch of time that is read from one tier. Points end after `fromMs`, and at or before `toMs`. */
export interface Segment {
  readonly tier: Tier;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ReadPlan {
  /** Ascending, without gaps between them. */
  readonly segments: readonly Segment[];
  /** What the points of finer tiers are merged to. */
  readonly stepMs: number;
}

/**
 * From which tiers to read: the coarsest whose step fits; where that no longer reaches back, the
 * next coarser one; where it is not rolled up yet, the finer ones, merged to the same step.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_QUERY`
 */
export function planRead(
  query: Pick<HistoryQuery, "fromMs" | "toMs" | "stepMs">,
  tiers: readonly KeptTier[],
  states: TierStates,
  nowMs: number,
): ReadPlan {
  const coarsest = tiers.at(-1);
  const [finest] = tiers;
  if (coarsest === undefined || finest === undefined) throw badQuery("there are no tiers");
  checkStretch(query);
  const fromMs = Math.max(query.fromMs, oldestKept(coarsest, states, nowMs));
  const { toMs } = query;
  const stretchMs = Math.min(toMs, nowMs) - fromMs;
  const wantedMs = query.stepMs ?? stretchMs / ENOUGH_POINTS;
  const chosen = Math.max(
    0,
    tiers.findLastIndex((tier) => tier.stepMs <= wantedMs),
  );
  const stepMs = stepOf(tiers[chosen] ?? finest, wantedMs);
  if (fromMs >= toMs) return { segments: [], stepMs };

  const segments: Segment[] = [];
  let from = fromMs;
  for (const tier of tiers.slice(chosen).reverse()) {
    const finer = tiers[tiers.indexOf(tier) - 1];
    const isChosen = tier === tiers[chosen];
    const until = isChosen ? toMs : oldestKept(finer ?? tier, states, nowMs);
    const rolledTo = tier === finest ? toMs : stateOf(states, tier).rolledToMs;
    from = push(segments, tier, from, Math.min(until, rolledTo, toMs));
  }
  for (const tier of tiers.slice(0, chosen).reverse()) {
    const rolledTo = tier === finest ? toMs : stateOf(states, tier).rolledToMs;
    from = push(segments, tier, from, Math.min(rolledTo, toMs));
  }
  return { segments, stepMs };
}

/** Adds a segment where it is not empty; returns where the next one begins. */
function push(segments: Segment[], tier: Tier, fromMs: number, toMs: number): number {
  if (!(toMs > fromMs)) return fromMs;
  segments.push({ tier, fromMs, toMs });
  return toMs;
}

/** Before this the tier holds nothing, or only what is to be dropped. */
function oldestKept(tier: KeptTier, states: TierStates, nowMs: number): number {
  const expiredMs = windowStart(nowMs - tier.retentionMs, tier.windowMs);
  return Math.max(expiredMs, stateOf(states, tier).keptFromMs);
}

/** The greatest multiple of the tier's step that is not longer than wanted. */
function stepOf(tier: Tier, wantedMs: number): number {
  return tier.stepMs * Math.max(1, Math.floor(wantedMs / tier.stepMs));
}

/** @throws StreamGateError `SG_MONITOR_BAD_QUERY` */
export function checkStretch({
  fromMs,
  toMs,
  stepMs,
}: Pick<HistoryQuery, "fromMs" | "toMs" | "stepMs">): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) {
    throw badQuery(`the stretch from ${fromMs} to ${toMs} has no ends`);
  }
  if (stepMs !== undefined && !(stepMs >= 1)) throw badQuery(`a step of ${stepMs} ms is none`);
}
