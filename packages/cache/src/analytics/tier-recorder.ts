import type { BreakerState } from "../resilience/circuit-breaker.ts";
import { Ledger, type LedgerLayout, layOut } from "./ledger.ts";

export type TierCounter = "answers" | "timeouts" | "errors" | "opened";
export type TierHistogram = "answerMs";
const TIER_LAYOUT: LedgerLayout<TierCounter, TierHistogram> = layOut(
  ["answers", "timeouts", "errors", "opened"],
  ["answerMs"],
);

/** Counts for one shared tier: whether it answers, and how soon. */
export class TierRecorder {
  readonly name: string;
  readonly ledger: Ledger<TierCounter, TierHistogram> = new Ledger(TIER_LAYOUT);
  breaker: BreakerState = "closed";
  breakerSinceMs: number;
  readonly #now: () => number;

  /** @param now the monotonic clock, which also moves the window */
  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
    this.breakerSinceMs = now();
  }

  recordAnswer(tookMs: number): void {
    this.#now();
    this.ledger.add("answers");
    this.ledger.observe("answerMs", tookMs);
  }

  recordTimeout(): void {
    this.#now();
    this.ledger.add("timeouts");
  }

  recordError(): void {
    this.#now();
    this.ledger.add("errors");
  }

  recordBreaker(state: BreakerState): void {
    if (state === this.breaker) return;
    this.breaker = state;
    this.breakerSinceMs = this.#now();
    if (state === "open") this.ledger.add("opened");
  }
}
