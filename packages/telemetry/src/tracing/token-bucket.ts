/** Lets through so many a second on average, and a burst after quiet. */
export class TokenBucket {
  private readonly perMs: number;
  private readonly burst: number;
  private tokens: number;
  private filledMs = Number.NaN;

  /** @param burst tokens at the most, 1 or more; 0 a second lets nothing through */
  constructor(perSecond: number, burst: number) {
    this.perMs = perSecond / 1_000;
    this.burst = perSecond === 0 ? 0 : burst;
    this.tokens = this.burst;
  }

  /** Whether one more may pass; a clock that went back adds nothing. */
  take(nowMs: number): boolean {
    if (nowMs > this.filledMs) {
      this.tokens = Math.min(this.burst, this.tokens + (nowMs - this.filledMs) * this.perMs);
    }
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
