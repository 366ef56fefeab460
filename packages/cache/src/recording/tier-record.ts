import type { StatisticsRecorder } from "../analytics/recorder.ts";
import type { BreakerState } from "../resilience/circuit-breaker.ts";
import type { TierWatcher } from "../resilience/guarded-tier.ts";
import { publishBreaker } from "./publish.ts";

/** Counts how the shared tiers answer. */
export class TierRecord implements TierWatcher {
  private readonly recorder: StatisticsRecorder;
  private readonly states = new Map<string, BreakerState>();
  private lastTrouble = "";

  constructor(recorder: StatisticsRecorder) {
    this.recorder = recorder;
  }

  answered(tier: string, tookMs: number): void {
    this.recorder.tier(tier).recordAnswer(tookMs);
  }

  timedOut(tier: string): void {
    this.lastTrouble = "no answer in time";
    this.recorder.tier(tier).recordTimeout();
  }

  failed(tier: string, reason: string): void {
    this.lastTrouble = reason;
    this.recorder.tier(tier).recordError();
  }

  breakerChanged(tier: string, state: BreakerState): void {
    const from = this.states.get(tier) ?? "closed";
    this.states.set(tier, state);
    this.recorder.tier(tier).recordBreaker(state);
    const reason = state === "open" ? this.lastTrouble : "time for a probe, or its answer";
    publishBreaker(() => ({ tier, from, to: state, reason }));
  }
}
