/**
 * An interval of about a day whose ticks, which stand on a grid of wall time, are all hours away: for tests in which a watched database
 * is not to add a reading of its own at midnight.
 */
export function seldomMs(): number {
  return Math.round(Date.now() / 20_000.4);
}
