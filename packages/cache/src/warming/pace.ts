import type { Clock } from "@streamgate/core";

/** Timers are no finer. */
const SHORTEST_PAUSE_MS = 1;

/** Spaces out what is done: never more than `perSecond`, to the millisecond, and nothing is made up for after a pause. */
export class Pace {
  private readonly clock: Clock;
  private intervalMs: number;
  private nextMs: number;

  constructor(clock: Clock, perSecond: number) {
    this.clock = clock;
    this.intervalMs = 1_000 / perSecond;
    this.nextMs = clock.monotonicMs();
  }

  /** From now on half as fast. */
  halve(): void {
    this.intervalMs *= 2;
  }

  /** Resolves when the next `count` may be done; rejects when aborted. */
  async turn(signal: AbortSignal, count = 1): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    const startMs = Math.max(nowMs, this.nextMs);
    this.nextMs = startMs + this.intervalMs * count;
    const pauseMs = startMs - nowMs;
    if (pauseMs >= SHORTEST_PAUSE_MS || (pauseMs > 0 && this.intervalMs >= SHORTEST_PAUSE_MS)) {
      await this.clock.sleep(pauseMs, signal);
    }
  }
}
