import type { Clock } from "@streamgate/core";

/** Wall time that leaps ahead of the monotonic clock by this much is doubted. */
const LEAP_MS = 60_000;
/** For so long. */
const DOUBT_MS = 600_000;

/**
 * The wall time by which windows end and partitions expire. A clock that leaps a year ahead would
 * make all of history look expired: for ten minutes after a leap, in which a person or NTP may put
 * it right, time goes on as it was before.
 */
export function createTrustedNow(clock: Clock): () => number {
  const offset = (): number => clock.now().getTime() - clock.monotonicMs();
  let trustedOffset = offset();
  let doubtedSinceMs: number | undefined;
  return () => {
    const monotonicMs = clock.monotonicMs();
    if (offset() - trustedOffset > LEAP_MS) {
      doubtedSinceMs ??= monotonicMs;
      if (monotonicMs - doubtedSinceMs < DOUBT_MS) return trustedOffset + monotonicMs;
    }
    doubtedSinceMs = undefined;
    trustedOffset = offset();
    return trustedOffset + monotonicMs;
  };
}
