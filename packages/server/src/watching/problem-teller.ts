import { systemClock } from "@streamgate/core";
import type { TellWatchEvent } from "./watch-events.ts";

const TOLD_AGAIN_AFTER_MS = 60_000;

/** A problem that lasts is told once a minute. */
export function problemTeller(tell: TellWatchEvent): (part: string, reason: string) => void {
  const toldMs = new Map<string, number>();
  return (part, reason) => {
    const nowMs = systemClock.monotonicMs();
    if (nowMs - (toldMs.get(part) ?? Number.NEGATIVE_INFINITY) < TOLD_AGAIN_AFTER_MS) return;
    toldMs.set(part, nowMs);
    tell({ kind: "problem", part, reason });
  };
}
