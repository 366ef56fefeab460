import type { Clock } from "@streamgate/core";

/** Time that goes on only when the test says so; whoever sleeps wakes when it has passed. */
export interface SteppedClock extends Clock {
  nowMs: number;
  advance(ms: number): void;
  /** The wall clock alone is set to another time. */
  leap(ms: number): void;
}

export function steppedClock(startMs: number = Date.UTC(2026, 6, 1)): SteppedClock {
  let monotonicMs = 0;
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const clock: SteppedClock = {
    nowMs: startMs,
    now: () => new Date(clock.nowMs),
    monotonicMs: () => monotonicMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const sleeper = { untilMs: monotonicMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance(ms) {
      clock.nowMs += ms;
      monotonicMs += ms;
      for (const sleeper of [...sleepers].sort((left, right) => left.untilMs - right.untilMs)) {
        if (sleeper.untilMs > monotonicMs) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
    leap(ms) {
      clock.nowMs += ms;
    },
  };
  return clock;
}
