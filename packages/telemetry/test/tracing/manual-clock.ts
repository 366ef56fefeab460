import type { Clock } from "@streamgate/core";

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  private wallMs = Date.UTC(2026, 0, 1);
  private elapsedMs = 1_000;

  now(): Date {
    return new Date(this.wallMs);
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  sleep(ms: number): Promise<void> {
    this.pass(ms);
    return Promise.resolve();
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.elapsedMs += ms;
  }

  /** Somebody sets the clock; nothing else happens. */
  jump(ms: number): void {
    this.wallMs += ms;
  }
}
