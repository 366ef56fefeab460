/** A stretch of time, in ms since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The stretches before and after a change that are compared, in windows of one length. */
export interface EffectSpans {
  readonly stepMs: number;
  readonly before: Span;
  readonly after: Span;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Shorter than these windows nothing is compared. */
const LEAST_WINDOWS = 4;
/**
 * Windows by how long the change has stood: a whole day is compared by the hour, as the day before went. Each begins to hold when it
 * gives six windows at the least: what could be compared once, can be compared later.
 */
const WINDOWS = [
  { standsMs: 12 * HOUR_MS, stepMs: HOUR_MS },
  { standsMs: 4 * HOUR_MS, stepMs: 30 * MINUTE_MS },
  { standsMs: 40 * MINUTE_MS, stepMs: 5 * MINUTE_MS },
  { standsMs: 0, stepMs: MINUTE_MS },
] as const;
const LONGEST_MS = DAY_MS;

/**
 * The stretches to compare: as long before as after, at most a day each, at whole windows, so that the one in which the change was made
 * is in neither.
 *
 * @param change nobody knows more of when it was made than that it was within these
 * @returns null where it is too early to compare
 */
export function effectSpans(
  change: { readonly notBeforeMs: number; readonly atMs: number },
  knownUntilMs: number,
): EffectSpans | null {
  const standsMs = knownUntilMs - change.atMs;
  const stepMs = WINDOWS.find((one) => standsMs >= one.standsMs)?.stepMs ?? MINUTE_MS;
  const fromMs = Math.ceil(change.atMs / stepMs) * stepMs;
  const endMs = Math.floor(knownUntilMs / stepMs) * stepMs;
  const lengthMs = Math.min(endMs - fromMs, LONGEST_MS);
  if (lengthMs < LEAST_WINDOWS * stepMs) return null;
  const beforeMs = Math.floor(change.notBeforeMs / stepMs) * stepMs;
  return {
    stepMs,
    before: { fromMs: beforeMs - lengthMs, toMs: beforeMs },
    after: { fromMs, toMs: fromMs + lengthMs },
  };
}

/** Since when a change has stood long enough that its comparison does not change any more. */
export function settledAtMs(change: { readonly atMs: number }): number {
  return change.atMs + LONGEST_MS + HOUR_MS;
}
