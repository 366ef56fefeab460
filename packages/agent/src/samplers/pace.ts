const LONGEST_MS = 60_000;
const REMEMBERED = 3;

/**
 * How dear one sampler is, and how often it may be asked therefore. Its cost is the least of its last three: a thread that
 * the system took the core from for a while looks dear once, not thrice.
 */
export class Pace {
  private readonly wantedMs: number;
  private readonly share: number;
  private readonly costsMs: number[] = [];

  /**
   * @param wantedMs how often it wants to be asked
   * @param share of a core that it may take, 0 to 1
   */
  constructor(wantedMs: number, share: number) {
    this.wantedMs = wantedMs;
    this.share = share;
  }

  add(costMs: number): void {
    this.costsMs.push(costMs);
    if (this.costsMs.length > REMEMBERED) this.costsMs.shift();
  }

  /** The time until it may be asked again, ms; a minute at the most. */
  get intervalMs(): number {
    const costMs = this.costsMs.length < REMEMBERED ? 0 : Math.min(...this.costsMs);
    return Math.min(LONGEST_MS, Math.max(this.wantedMs, costMs / this.share));
  }

  get isSlowed(): boolean {
    return this.intervalMs > this.wantedMs;
  }
}
