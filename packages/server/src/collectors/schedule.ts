import type { Random } from "@streamgate/core";

/** How often something is read, and how failures slow it down. All instants are of a monotonic clock: no jump of the wall clock matters. */
export interface Rhythm {
  readonly everyMs: number;
  /** The longest pause between attempts while they fail. @default six intervals, at least a minute */
  readonly longestPauseMs?: number;
}

export interface Schedule {
  readonly failures: number;
  /** When the next attempt is due. */
  readonly dueMs: number;
}

/** Everything at once after a start would be a stampede: first attempts lie within this share of the interval, and within a second. */
const FIRST_SHARE = 0.1;
const FIRST_WITHIN_MS = 1_000;
/** How much attempts after a failure are scattered, so that those who failed together do not come back together. */
const SCATTER = 0.2;

/** The first attempt of a source that was just added. */
export function firstAttempt({ everyMs }: Rhythm, nowMs: number, random: Random): Schedule {
  const withinMs = Math.min(everyMs * FIRST_SHARE, FIRST_WITHIN_MS);
  return { failures: 0, dueMs: nowMs + random.next() * withinMs };
}

/**
 * After an attempt that went well: one interval after it was due, so that the rhythm does not drift by the time that reading takes.
 * Beats that were missed meanwhile are left out, not made up for.
 */
export function afterSuccess({ everyMs }: Rhythm, schedule: Schedule, nowMs: number): Schedule {
  // What failed before was off the beat: a new rhythm begins.
  if (schedule.failures > 0) return { failures: 0, dueMs: nowMs + everyMs };
  const missed = Math.max(0, Math.floor((nowMs - schedule.dueMs) / everyMs));
  return { failures: 0, dueMs: schedule.dueMs + (missed + 1) * everyMs };
}

/** After one that failed: soon once, then ever later, up to the longest pause. */
export function afterFailure(
  { everyMs, longestPauseMs = Math.max(60_000, 6 * everyMs) }: Rhythm,
  schedule: Schedule,
  nowMs: number,
  random: Random,
): Schedule {
  const failures = schedule.failures + 1;
  // 2 ** 30 is beyond any pause; more would overflow.
  const pauseMs = Math.min(longestPauseMs, (everyMs / 2) * 2 ** Math.min(failures - 1, 30));
  const scatter = 1 + SCATTER * (2 * random.next() - 1);
  return { failures, dueMs: nowMs + pauseMs * scatter };
}
