import type { Clock } from "@streamgate/core";

/** What a guarded call gives when its tier did not answer in time, failed, or is left alone. */
export const UNAVAILABLE: unique symbol = Symbol("unavailable");
export type Unavailable = typeof UNAVAILABLE;

interface Waiting {
  readonly dueMs: number;
  readonly expire: () => void;
}

/** How finely deadlines are kept: a request that waits for two answers in turn is late by this twice. */
const RESOLUTION_MS = 3;

/**
 * Many deadlines on one timer. A deadline that passed while the event loop was busy is put off by one turn: the answer may be
 * waiting in the socket already, and a busy process must not take a healthy tier for a slow one.
 */
export class Deadlines {
  private readonly waiting = new Set<Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What `work` gives, or {@link UNAVAILABLE} after `timeoutMs`; `work` failing is its own affair. */
  within<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result | Unavailable> {
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        dueMs: this.clock.monotonicMs() + timeoutMs,
        expire: () => resolve(UNAVAILABLE),
      };
      this.waiting.add(one);
      this.startTimer();
      work.then(
        (result) => {
          this.done(one);
          resolve(result);
        },
        (error: unknown) => {
          this.done(one);
          reject(error);
        },
      );
    });
  }

  private done(one: Waiting): void {
    this.waiting.delete(one);
  }

  private startTimer(): void {
    this.timer ??= setInterval(() => this.expireDue(), RESOLUTION_MS);
  }

  private expireDue(): void {
    if (this.waiting.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const nowMs = this.clock.monotonicMs();
    const due = [...this.waiting].filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return;
    setImmediate(() => {
      for (const one of due) if (this.waiting.delete(one)) one.expire();
    });
  }
}
