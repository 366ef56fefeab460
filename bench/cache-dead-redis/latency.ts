import { quantileOf } from "../cache-bus/rows.ts";
import type { Read } from "./messages.ts";

/** How long the cache itself waits at most: its time-out, and the resolution of its deadlines. */
const WAITS_AT_MOST_MS = 15 + 3;

/** How much longer reads took than the median of healthy ones, in ms. */
export interface Added {
  readonly reads: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** As the caller saw it, stalls of the process included. */
  readonly longestSeenMs: number;
}

/**
 * What a fault added to reads. A stall of the process itself is taken out, as no cache can help it; but where the cache waited,
 * a stall counts only as far as the read took longer than the cache ever waits, since until then it lengthened nothing.
 */
export function addedBy(
  reads: readonly Read[],
  healthy: readonly Read[],
  hasWaited: boolean,
): Added {
  const least = hasWaited ? WAITS_AT_MOST_MS : 0;
  const usualMs = quantileOf(healthy.map(withoutStalls), 0.5);
  const ownMs = ({ tookMs, stalledMs }: Read): number =>
    tookMs - Math.min(stalledMs, Math.max(0, tookMs - least));
  const addedMs = reads.map((read) => ownMs(read) - usualMs);
  return {
    reads: reads.length,
    p99Ms: quantileOf(addedMs, 0.99),
    longestMs: quantileOf(addedMs, 1),
    longestSeenMs: quantileOf(
      reads.map(({ tookMs }) => tookMs - usualMs),
      1,
    ),
  };
}

function withoutStalls({ tookMs, stalledMs }: Read): number {
  return tookMs - stalledMs;
}
