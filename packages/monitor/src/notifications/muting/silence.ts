import type { LabelMatcher } from "../../series/point.ts";
import { badNotificationOption } from "../errors.ts";
import { labelsPredicate } from "../routing/matching.ts";

/** Somebody said that alerts like these need not be told for a while. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  /** In ms since 1970. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly author: string;
  /** Why, for whoever wonders at 3 a.m. */
  readonly comment: string;
  readonly createdAtMs: number;
}

/** What a person gives to make a silence. */
export type SilenceRequest = Omit<Silence, "id" | "createdAtMs">;

/**
 * Whether a silence holds at a time.
 *
 * @param atMs ms since 1970
 * @example
 * ```ts
 * import { isInForce, type Silence } from "@streamgate/monitor";
 * export function inForceNow(silences: readonly Silence[], nowMs: number): readonly Silence[] {
 *   return silences.filter((silence) => isInForce(silence, nowMs));
 * }
 * ```
 */
export function isInForce(silence: Silence, atMs: number): boolean {
  return silence.fromMs <= atMs && atMs < silence.toMs;
}

/**
 * A silence that says who, why, what, and until when; one without conditions would silence everything.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 */
export function checkSilence(request: SilenceRequest): SilenceRequest {
  const { matchers, fromMs, toMs, author, comment } = request;
  if (matchers.length === 0) throw badNotificationOption("matchers", "none", "at least one");
  labelsPredicate("matchers", matchers);
  if (!Number.isFinite(fromMs)) throw badNotificationOption("fromMs", fromMs, "a time");
  if (!(Number.isFinite(toMs) && toMs > fromMs))
    throw badNotificationOption("toMs", toMs, "a time after fromMs");
  if (author.trim() === "") throw badNotificationOption("author", author, "the name of a person");
  if (comment.trim() === "") throw badNotificationOption("comment", comment, "a reason");
  return { ...request, fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) };
}
