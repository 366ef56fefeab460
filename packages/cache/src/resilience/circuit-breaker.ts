/** `closed`: used. `open`: left alone. `half-open`: one probe is on its way. */
export type BreakerState = "closed" | "open" | "half-open";

export interface BreakerOptions {
  /** Failures in a row after which the tier is left alone, 1 to 1,000. */
  readonly failures: number;
  /** Until the first probe, ms; doubled after each failed one. */
  readonly probeAfterMs: number;
  /** The longest time between probes, ms. */
  readonly probeAtMostMs: number;
}

/**
 * Decides whether a tier may be asked. A pure state machine (M. Nygard, Release It!, 2007): time is handed in, and
 * probes are sent by whoever owns it, never at the cost of a request.
 */
export class CircuitBreaker {
  private current: BreakerState = "closed";
  private failuresInRow = 0;
  private failedProbes = 0;
  private probeAtMs = 0;
  private readonly options: BreakerOptions;
  private readonly changed: (state: BreakerState) => void;

  constructor(options: BreakerOptions, changed: (state: BreakerState) => void) {
    this.options = options;
    this.changed = changed;
  }

  get state(): BreakerState {
    return this.current;
  }

  get isClosed(): boolean {
    return this.current === "closed";
  }

  succeeded(): void {
    this.failuresInRow = 0;
    if (this.current === "closed") return;
    this.failedProbes = 0;
    this.become("closed");
  }

  failed(nowMs: number): void {
    if (this.current === "half-open") {
      this.failedProbes += 1;
      this.open(nowMs);
      return;
    }
    this.failuresInRow += 1;
    if (this.current === "closed" && this.failuresInRow >= this.options.failures) this.open(nowMs);
  }

  /** Whether a probe is due; who is told so must send it and report how it went. */
  takeProbe(nowMs: number): boolean {
    if (this.current !== "open" || nowMs < this.probeAtMs) return false;
    this.become("half-open");
    return true;
  }

  private open(nowMs: number): void {
    const { probeAfterMs, probeAtMostMs } = this.options;
    this.probeAtMs = nowMs + Math.min(probeAtMostMs, probeAfterMs * 2 ** this.failedProbes);
    this.become("open");
  }

  private become(state: BreakerState): void {
    this.current = state;
    this.changed(state);
  }
}
