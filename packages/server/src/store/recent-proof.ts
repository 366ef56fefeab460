import type { Proof } from "@streamgate/core";

/**
 * How old a proof may be that an apply relies on: a day. A table seldom changes its size or its distribution by as much within one,
 * the same hour of yesterday had the same load, and production decides after the apply in any case. Nobody who read a proof in the
 * evening and approves it in the morning waits for another.
 */
export const RECENT_PROOF_MS: number = 24 * 3_600_000;

/** A clock that was set back makes no proof younger than new, and one from far in the future is no proof of today. */
export function isRecent(
  { startedAt, durationMs }: Pick<Proof, "startedAt" | "durationMs">,
  nowMs: number,
  mostMs: number,
): boolean {
  const ageMs = nowMs - (Date.parse(startedAt) + durationMs);
  return ageMs >= -mostMs && ageMs <= mostMs;
}
