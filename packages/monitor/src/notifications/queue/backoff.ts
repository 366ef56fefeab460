import type { Random } from "@streamgate/core";

export interface BackoffLimits {
  /** The first wait. */
  readonly firstMs: number;
  /** The longest wait, unless the receiver asks for more. */
  readonly longestMs: number;
  /** The longest wait that a receiver may ask for. */
  readonly longestAskedMs: number;
}

/**
 * How long to wait before the next try: doubled with every failure, half of it by lot so that many do not come back
 * together, and never shorter than the receiver asked for.
 *
 * @param attempts made so far, at least 1
 */
export function backoffMs(
  attempts: number,
  askedMs: number,
  { firstMs, longestMs, longestAskedMs }: BackoffLimits,
  random: Random,
): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 30));
  const ownMs = fullMs / 2 + (random.next() * fullMs) / 2;
  return Math.max(ownMs, Math.min(askedMs, longestAskedMs));
}
