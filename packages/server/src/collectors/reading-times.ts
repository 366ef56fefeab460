import type { Clock } from "@streamgate/core";

/** The label of a reading at an instant. */
export type TakeTime = () => number;

/**
 * Labels on the grid of the wall clock: two instances that read the same source for a moment, while one takes over from the other,
 * label the same beat alike, and the history keeps a series' point of an instant once. Where the clock was set back, instants come
 * again: labels leave the grid by some milliseconds until time has caught up.
 */
export function readingTimes(clock: Clock, everyMs: number): TakeTime {
  let highestMs = Number.NEGATIVE_INFINITY;
  let offGrid = 0;
  return () => {
    const onGridMs = Math.round(clock.now().getTime() / everyMs) * everyMs;
    if (onGridMs > highestMs) {
      highestMs = onGridMs;
      return onGridMs;
    }
    offGrid += 1;
    return onGridMs + 1 + ((offGrid - 1) % (everyMs - 1));
  };
}
