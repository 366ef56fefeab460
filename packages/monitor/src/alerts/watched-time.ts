/** Time during which somebody watched: it stands still while nobody did, and never goes back. */
export interface WatchedTime {
  /** Goes on to a wall time. */
  advance(nowMs: number): { readonly watchedMs: number; readonly hasGoneBack: boolean };
  watchedMs(): number;
}

/** Clocks are corrected by this much without anybody calling it a jump. */
const SMALL_STEP_BACK_MS = 5_000;

/**
 * Durations of alerts are measured in this time, not in wall time: after a suspended machine, a corrected clock or a
 * stalled server nothing has lasted or been silent for longer than it was watched.
 *
 * @param longestStepMs a longer time between two evaluations counts as so long
 */
export function createWatchedTime(longestStepMs: number): WatchedTime {
  let watched = 0;
  let lastMs: number | undefined;
  return {
    advance(nowMs) {
      const step = lastMs === undefined ? 0 : nowMs - lastMs;
      lastMs = nowMs;
      watched += Math.min(Math.max(0, step), longestStepMs);
      return { watchedMs: watched, hasGoneBack: step < -SMALL_STEP_BACK_MS };
    },
    watchedMs: () => watched,
  };
}
