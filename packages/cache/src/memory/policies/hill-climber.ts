const FIRST_STEP = 0.0625;
const STEP_DECAY = 0.98;
/** A change of the hit ratio by this much begins the climb anew. */
const RESTART_CHANGE = 0.05;

/**
 * Moves a share up or down and goes on as long as the hit ratio grows (Einziger, Eytan, Friedman, Manes: Adaptive
 * software cache management, Middleware '18).
 */
export class HillClimber {
  share: number;
  private step = FIRST_STEP;
  private lastHitRatio = -1;

  constructor(share: number) {
    this.share = share;
  }

  /** Takes the hit ratio of the period that ended. */
  climb(hitRatio: number): void {
    const change = this.lastHitRatio < 0 ? 0 : hitRatio - this.lastHitRatio;
    this.lastHitRatio = hitRatio;
    if (change < 0) this.step = -this.step;
    this.share = Math.min(0.99, Math.max(0.01, this.share + this.step));
    const isNewGround = Math.abs(change) >= RESTART_CHANGE;
    this.step = isNewGround ? Math.sign(this.step) * FIRST_STEP : this.step * STEP_DECAY;
  }
}
