/** What decides how often a cached answer is asked for again while it still holds. Rates are an hour. */
export interface CacheTraffic {
  readonly callsPerHour: number;
  /** Different answers: one for each set of parameters. */
  readonly keys: number;
  /** Shares of the calls that go to the most frequent keys, 0 to 1 each, as far as they are known; the rest is spread evenly. */
  readonly frequentShares: readonly number[];
  /** Writes after each of which an answer is invalidated. */
  readonly writesPerHour: number;
  /** How long an answer is kept at the most, in milliseconds. */
  readonly ttlMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * The share of calls that a cache answers, 0 to 1. Calls and writes come independently of one another (Poisson): an answer holds until the
 * next write or the end of its time, (1 − e^(−write rate × TTL)) ÷ write rate on average, and every call that comes by then is a hit
 * (renewal argument; Fofack, Nain, Neglia, Towsley: Performance Evaluation of Hierarchical TTL-based Cache Networks, 2014).
 *
 * @returns 0 where nothing is ever asked for again
 */
export function hitRatio(traffic: CacheTraffic): number {
  const { callsPerHour, keys, frequentShares, writesPerHour, ttlMs } = traffic;
  const holdsHours = holdsFor(writesPerHour, ttlMs / HOUR_MS);
  const frequent = frequentShares.slice(0, Math.max(0, Math.floor(keys)));
  const known = Math.min(
    1,
    frequent.reduce((sum, share) => sum + share, 0),
  );
  const others = Math.max(0, keys - frequent.length);
  let hits = frequent.reduce((sum, share) => sum + share * hitsOf(callsPerHour * share), 0);
  if (others > 0) hits += (1 - known) * hitsOf((callsPerHour * (1 - known)) / others);
  return Math.max(0, Math.min(1, hits));

  function hitsOf(callsOfKey: number): number {
    const within = callsOfKey * holdsHours;
    return within / (1 + within);
  }
}

function holdsFor(writesPerHour: number, ttlHours: number): number {
  // So few writes that the quotient of two tiny numbers would be wrong.
  if (writesPerHour * ttlHours < 1e-12) return ttlHours;
  const expected = -Math.expm1(-writesPerHour * ttlHours) / writesPerHour;
  return Math.min(ttlHours, expected);
}
