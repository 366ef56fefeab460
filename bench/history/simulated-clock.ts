import { type Clock, systemClock } from "@streamgate/core";

/** Time that goes where the bench puts it; sleeping is real. */
export interface SimulatedClock extends Clock {
  readonly nowMs: number;
  advance(ms: number): void;
}

export function simulatedClock(startMs: number): SimulatedClock {
  let passedMs = 0;
  return {
    get nowMs() {
      return startMs + passedMs;
    },
    now: () => new Date(startMs + passedMs),
    monotonicMs: () => passedMs,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    advance(ms) {
      passedMs += ms;
    },
  };
}

/** The wall clock as if this process had begun at `startMs`. */
export function shiftedClock(startMs: number): Clock {
  const began = performance.now();
  return {
    ...systemClock,
    now: () => new Date(startMs + performance.now() - began),
  };
}
