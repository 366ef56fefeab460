import type { Random } from "@streamgate/core";

export interface BackoffLimits {
  /** The first wait. */
  readonly retryMinMs: number;
  /** The longest wait, unless the service asks for more. */
  readonly retryMaxMs: number;
}

/**
 * How long to wait before the next try: doubled with every failure in a row, half of it by lot so that
 * processes do not come back together, and never shorter than the service asked for.
 *
 * @param failures in a row, at least 1
 */
export function backoffMs(
  failures: number,
  retryAfterMs: number,
  { retryMinMs, retryMaxMs }: BackoffLimits,
  random: Random,
): number {
  const fullMs = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(retryAfterMs, fullMs / 2 + (random.next() * fullMs) / 2);
}
