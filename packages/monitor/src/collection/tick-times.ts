import type { Clock } from "@streamgate/core";

/** An instant at which a target is polled. */
export interface Tick {
  /** The label of the interval's end: wall time on a grid of the interval's length, in ms since 1970. */
  readonly atMs: number;
  /** By the monotonic clock: only differences mean anything. */
  readonly monotonicMs: number;
}

/** Ticks that stay on the grid of the wall clock, so that all instances label the same second alike. */
export interface TickTimes {
  /** How long to sleep until the next one. */
  untilNextMs(): number;
  take(): Tick;
}

/**
 * When the wall clock is set back, its instants come again, and the history knows points by series
 * and instant: labels leave the grid by a millisecond until time has caught up.
 */
export function createTickTimes(clock: Clock, intervalMs: number): TickTimes {
  let lastMs = Number.NEGATIVE_INFINITY;
  let highestMs = Number.NEGATIVE_INFINITY;
  let offGridMs = 0;
  return {
    untilNextMs() {
      const restMs = intervalMs - (clock.now().getTime() % intervalMs);
      return restMs < intervalMs / 2 ? restMs + intervalMs : restMs;
    },
    take() {
      const onGridMs = Math.round(clock.now().getTime() / intervalMs) * intervalMs;
      if (onGridMs > highestMs) offGridMs = 0;
      else if (onGridMs + offGridMs <= lastMs) offGridMs = (offGridMs + 1) % intervalMs;
      lastMs = onGridMs + offGridMs;
      highestMs = Math.max(highestMs, lastMs);
      return { atMs: lastMs, monotonicMs: clock.monotonicMs() };
    },
  };
}

/** A span within a tenth of an interval of whole intervals is those: what the timer was late by is noise. */
const NOISE = 0.1;

/** The stretch between two ticks by the monotonic clock, in ms. */
export function spanBetween(earlier: Tick, later: Tick, intervalMs: number): number {
  const elapsedMs = later.monotonicMs - earlier.monotonicMs;
  const wholeMs = Math.max(1, Math.round(elapsedMs / intervalMs)) * intervalMs;
  return Math.abs(elapsedMs - wholeMs) <= intervalMs * NOISE ? wholeMs : Math.round(elapsedMs);
}
