/** Which statements have series of their own. */
export interface BusiestStatements {
  /** Hears the time that statements took in an interval. @returns those whose series are kept now */
  weigh(timesMs: ReadonlyMap<string, number>, spanMs: number): ReadonlySet<string>;
}

/** So long ago counts half: a statement that pauses for a quarter of an hour keeps its series. */
const HALF_LIFE_MS = 15 * 60_000;
/** Whose time is so little of the greatest is forgotten. */
const FORGOTTEN_SHARE = 1e-9;

/**
 * Keeps the statements that took most time of late, by sums that fade: a top list by each interval alone would begin and end series all
 * the time, and one by all time would never see what became slow today.
 */
export function keepBusiest(most: number, halfLifeMs: number = HALF_LIFE_MS): BusiestStatements {
  let sums = new Map<string, number>();
  return {
    weigh: (timesMs, spanMs) => {
      const fading = 0.5 ** (spanMs / halfLifeMs);
      const next = new Map<string, number>();
      for (const [id, sumMs] of sums) next.set(id, sumMs * fading);
      // A call that took no time that could be measured was made all the same.
      for (const [id, ms] of timesMs) next.set(id, (next.get(id) ?? 0) + Math.max(ms, 1e-3));
      const ranked = [...next].sort(([, one], [, other]) => other - one);
      const greatest = ranked[0]?.[1] ?? 0;
      // Four times as many are remembered as are kept, so that a newcomer must be busy for a while.
      sums = new Map(
        ranked.slice(0, most * 4).filter(([, sumMs]) => sumMs > greatest * FORGOTTEN_SHARE),
      );
      return new Set([...sums.keys()].slice(0, most));
    },
  };
}
