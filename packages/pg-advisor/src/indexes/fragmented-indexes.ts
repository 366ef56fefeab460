import type { Rung } from "@streamgate/core";
import type { IndexPortrait } from "./index-portrait.ts";

/** Space in an index, as pgstatindex counted it. */
export interface MeasuredBloat {
  readonly share: number;
  readonly sizeBytes: number;
  readonly atMs: number;
}

/** What is known of the space that a rebuild of an index would free. */
export interface Bloat {
  /** Of its bytes, 0 to 1. */
  readonly share: number;
  readonly rung: Rung;
  /** By so much the share may be too large. */
  readonly error: number;
}

/** A B-tree whose keys come in no order is some 70 % full when it is well, and so a quarter larger than it was when new. */
const WORTH_MENDING_SHARE = 0.3;
const WORTH_MENDING_BYTES = 1024 * 1024;
/** More than the estimate ever lay above pgstatindex among the B-trees of `bench/index-drops`. */
const ESTIMATE_ERROR = 0.15;
/** A measurement is believed for so long, while the size has not changed much. */
const MEASUREMENT_AGE_MS = 7 * 86_400_000;
const SIZE_TOLERANCE = 0.2;

/** The best that is known of the bloat of an index: measured where that is fresh, else estimated; null where neither. */
export function bloatOf(
  portrait: IndexPortrait,
  measured: MeasuredBloat | null,
  nowMs: number,
): Bloat | null {
  if (measured !== null && isFresh(measured, portrait.index.sizeBytes, nowMs))
    return { share: measured.share, rung: "measured", error: 0 };
  if (portrait.estimatedBloat === null) return null;
  return { share: portrait.estimatedBloat, rung: "estimated", error: ESTIMATE_ERROR };
}

/**
 * Whether a rebuild would free enough: 30 % and a megabyte, also where the share is too large by its error.
 *
 * @param error by so much the share may be too large, 0 where it was measured
 */
export function isWorthRebuilding(share: number, sizeBytes: number, error = 0): boolean {
  const surely = share - error;
  return surely >= WORTH_MENDING_SHARE && surely * sizeBytes >= WORTH_MENDING_BYTES;
}

function isFresh({ atMs, sizeBytes }: MeasuredBloat, nowBytes: number, nowMs: number): boolean {
  const isOfThisSize = Math.abs(nowBytes - sizeBytes) <= SIZE_TOLERANCE * Math.max(1, sizeBytes);
  return isOfThisSize && Math.abs(nowMs - atMs) <= MEASUREMENT_AGE_MS;
}
