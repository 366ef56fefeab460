import type { Instant } from "@streamgate/contract";
import { instantOf } from "../ranges/time-range.ts";

/** An instant as the API writes it; null where there is none: not known, or never. */
export function instantOrNull(atMs: number | undefined): Instant | null {
  return atMs === undefined || !Number.isFinite(atMs) ? null : instantOf(atMs);
}
