import type { Clock } from "@streamgate/core";

/** A clock that stands still until it is set; sleeping ends at once and moves it. */
export class ManualClock implements Clock {
  nowMs = 1_000;

  now(): Date {
    return new Date(this.nowMs);
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  async sleep(ms: number): Promise<void> {
    this.nowMs += ms;
  }
}
