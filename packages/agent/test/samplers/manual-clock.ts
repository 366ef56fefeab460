import type { Clock } from "@streamgate/core";

/** A clock that stands until it is moved; whoever sleeps wakes when it passes their time. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(startMs = 1_000_000): ManualClock {
  let nowMs = startMs;
  const sleepers: { readonly dueMs: number; readonly wake: () => void }[] = [];
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        sleepers.push({ dueMs: nowMs + ms, wake: resolve });
      }),
    advance: (ms) => {
      nowMs += ms;
      for (const { dueMs, wake } of sleepers) if (dueMs <= nowMs) wake();
    },
  };
}
