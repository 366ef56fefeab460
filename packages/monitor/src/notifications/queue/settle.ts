import type { Random } from "@streamgate/core";
import type { Delivery } from "../channel.ts";
import { type BackoffLimits, backoffMs } from "./backoff.ts";

export interface RetryLimits extends BackoffLimits {
  /** A notification that its receiver refuses for so long is given up: only a person can mend that. */
  readonly refusalGiveUpAfterMs: number;
}

/** What is written into the queue after a try. */
export interface AttemptRecord {
  readonly state: "waiting" | "delivered" | "dead";
  readonly notBeforeMs: number | null;
  readonly lastError: string | null;
  readonly receipt: string | null;
  readonly refusedSinceMs: number | null;
  readonly endedAtMs: number | null;
}

/** What becomes of a notification after a try. */
export function settle(
  tried: {
    readonly attempts: number;
    readonly giveUpAtMs: number;
    readonly refusedSinceMs: number | null;
  },
  delivery: Delivery,
  limits: RetryLimits,
  random: Random,
  nowMs: number,
): AttemptRecord {
  if (delivery.outcome === "delivered")
    return {
      state: "delivered",
      notBeforeMs: null,
      lastError: null,
      receipt: delivery.receipt ?? null,
      refusedSinceMs: null,
      endedAtMs: nowMs,
    };
  const isRefused = delivery.outcome === "refused";
  const refusedSinceMs = isRefused ? Math.min(tried.refusedSinceMs ?? nowMs, nowMs) : null;
  const askedMs = delivery.outcome === "failed" ? (delivery.retryAfterMs ?? 0) : 0;
  const waitMs = backoffMs(tried.attempts, askedMs, limits, random);
  const giveUpAtMs =
    refusedSinceMs === null
      ? tried.giveUpAtMs
      : Math.min(tried.giveUpAtMs, refusedSinceMs + limits.refusalGiveUpAfterMs);
  const isDead = nowMs >= giveUpAtMs;
  return {
    state: isDead ? "dead" : "waiting",
    // The last try is made at the time of giving up, not before.
    notBeforeMs: isDead ? null : Math.ceil(Math.min(nowMs + waitMs, giveUpAtMs)),
    lastError: delivery.reason.slice(0, 1_000),
    receipt: null,
    refusedSinceMs,
    endedAtMs: isDead ? nowMs : null,
  };
}
