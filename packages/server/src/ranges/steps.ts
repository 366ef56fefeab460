import type { SteppedRange, TimeRange } from "./time-range.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Lengths that people know, none more than 2.5 times the one before; the longer ones are multiples of the steps that history keeps. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 4, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 4, 7].map((days) => days * DAY_MS),
];
const MOST_STEPS = 150;

/** The least of the known lengths by which a range has at most so many steps: at least 60 of 150, where it is a minute or longer. */
export function stepOf(
  { fromMs, toMs }: Pick<TimeRange, "fromMs" | "toMs">,
  mostSteps: number = MOST_STEPS,
): number {
  const least = (toMs - fromMs) / mostSteps;
  return STEPS.find((stepMs) => stepMs >= least) ?? Math.ceil(least / DAY_MS) * DAY_MS;
}

/**
 * The range moved to multiples of its step, so that the same question within a step has the same answer. Its end moves up, so that
 * the step that goes on is in it; that with which it is compared ends where it ended or before, so that nothing after a deploy is in it.
 *
 * @param stepMs @default stepOf(range)
 */
export function alignRange(range: TimeRange, stepMs: number = stepOf(range)): SteppedRange {
  const { fromMs, toMs, compared } = range;
  const lengthMs = stepsIn(toMs - fromMs, stepMs) * stepMs;
  const endMs = Math.ceil(toMs / stepMs) * stepMs;
  const startMs = endMs - lengthMs;
  if (compared === null) return { fromMs: startMs, toMs: endMs, stepMs, compared };
  const isRightBefore = compared.toMs === fromMs;
  const comparedEndMs = isRightBefore ? startMs : Math.floor(compared.toMs / stepMs) * stepMs;
  return {
    fromMs: startMs,
    toMs: endMs,
    stepMs,
    compared: { ...compared, fromMs: comparedEndMs - lengthMs, toMs: comparedEndMs },
  };
}

/** How many steps a stretch of time has; a part of one counts. */
export function stepsIn(lengthMs: number, stepMs: number): number {
  return Math.max(1, Math.ceil(lengthMs / stepMs));
}
