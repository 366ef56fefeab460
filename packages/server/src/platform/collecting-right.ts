import type { SourceStanding } from "./source-board.ts";

export interface LeadershipSight {
  /** Whether this instance leads, as far as it knows. */
  readonly isLeading: boolean;
  readonly nowMs: number;
  /** How the readings of the store went. */
  readonly store: SourceStanding | undefined;
}

/**
 * Whether this instance reads what one alone reads. The leader does. When the store is gone nobody leads, and what happens meanwhile
 * would be lost to the history: whoever led last goes on, and what it reads waits in memory. It gives up as soon as the store answered
 * after the lead was lost, as another one may have it then.
 */
export function followCollectingRight(): (sight: LeadershipSight) => boolean {
  let isHolding = false;
  let lostAtMs: number | undefined;
  return ({ isLeading, nowMs, store }) => {
    if (isLeading) {
      isHolding = true;
      lostAtMs = undefined;
      return true;
    }
    if (!isHolding) return false;
    lostAtMs ??= nowMs;
    const hasAnswered = store?.failures === 0 && (store.readAtMs ?? 0) > lostAtMs;
    if (hasAnswered) isHolding = false;
    return isHolding;
  };
}
