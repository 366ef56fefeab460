import type { Rung } from "@streamgate/core";
import type { IndexPortrait } from "./index-portrait.ts";

/** Space in an index, as pgstatindex counted it. */
export interface MeasuredBloat {
  readonly share: number;
  readonly sizeBytes: number;
  readonly atMs: number;
}

const WORTH_MENDING_SHARE = 0.4;
const WORTH_MENDING_BYTES = 1024 * 1024;
/** A measurement is believed for so long, while the size has not changed much. */
const MEASUREMENT_AGE_MS = 7 * 86_400_000;
const SIZE_TOLERANCE = 0.2;

/** The best that is known of the bloat of an index: measured where that is fresh, else estimated; null where neither. */
export function bloatOf(
  portrait: IndexPortrait,
  measured: MeasuredBloat | null,
  nowMs: number,
): { readonly share: number; readonly rung: Rung } | null {
  if (measured !== null && isFresh(measured, portrait.index.sizeBytes, nowMs))
    return { share: measured.share, rung: "measured" };
  if (portrait.estimatedBloat === null) return null;
  return { share: portrait.estimatedBloat, rung: "estimated" };
}

/**
 * Whether a rebuild would free enough. A B-tree whose keys come in no order is two thirds full when it is well, so that 40 % is the
 * least that says something.
 */
export function isWorthRebuilding(share: number, sizeBytes: number): boolean {
  return share >= WORTH_MENDING_SHARE && share * sizeBytes >= WORTH_MENDING_BYTES;
}

function isFresh({ atMs, sizeBytes }: MeasuredBloat, nowBytes: number, nowMs: number): boolean {
  const isOfThisSize = Math.abs(nowBytes - sizeBytes) <= SIZE_TOLERANCE * Math.max(1, sizeBytes);
  return isOfThisSize && Math.abs(nowMs - atMs) <= MEASUREMENT_AGE_MS;
}
