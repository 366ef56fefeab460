import { mannWhitney, median, quantileOfSorted } from "@streamgate/telemetry/statistics";
import {
  meanOf,
  type StatementPast,
  type StatementWindow,
  sumOfWindows,
} from "./statement-past.ts";

/** A statement of late against what it was wont to be. */
export interface PastComparison {
  readonly fingerprint: string;
  /** How much of late was looked at, in steps of five minutes. */
  readonly steps: number;
  readonly calls: number;
  readonly meanMs: number;
  /** What it was compared with: the same hour of earlier days, or, where those are not known, the hours before. */
  readonly against: "same hour" | "hours before";
  /** How many windows of the past there were. */
  readonly windows: number;
  /** Median of the past's means. */
  readonly usualMs: number;
  /** A tenth of the past's means is below, a tenth above. */
  readonly usualLowMs: number;
  readonly usualHighMs: number;
  /** Mean of late ÷ usual. */
  readonly times: number;
  /** The windows of late, and the means of those of the past. */
  readonly late: readonly StatementWindow[];
  readonly usual: readonly number[];
  /** By how many of the past's own deviations (of the logarithm, by the median one) the mean of late is above the usual. */
  readonly deviations: number;
  /** Chance that a window of late is slower than one of the past, 0 to 1, and the p-value of that. */
  readonly superiority: number;
  readonly pValue: number;
  /** Of the windows of late, the share that is beyond nine tenths of the past's. */
  readonly lastingShare: number;
  /** Rows and blocks a call, of late ÷ in the past; null where the past has none. */
  readonly rowsRatio: number | null;
  readonly blocksRatio: number | null;
  /** In how many steps of five minutes, back from now, it was slow without a break; null: in all that are known. */
  readonly slowSteps: number | null;
}

/** Half an hour where it was called enough in it, else the whole. */
const RECENT_STEPS = [6, 12] as const;
const LEAST_CALLS = 30;
const LEAST_CALLS_A_WINDOW = 5;
const LEAST_DAYS = 3;
const LEAST_SAME_HOUR = 6;
const LEAST_BEFORE = 24;
/** Makes a deviation of the normal distribution of the median of distances. */
const NORMAL_MAD = 1.4826;
const LEAST_SPREAD = 0.03;
/** So many steps that were as usual may lie in between. */
const STEPS_OF_GRACE = 1;

/** @returns null where it was called too little, of late or in the past, to say anything */
export function comparePast(past: StatementPast): PastComparison | null {
  for (const steps of RECENT_STEPS) {
    const late = past.recent.slice(-steps).filter(isEnough);
    const sum = sumOfWindows(late);
    if (sum.calls < LEAST_CALLS || late.length < (steps * 2) / 3) continue;
    const before = beforeOf(past, steps);
    if (before === null) return null;
    return compare(past, { steps, late, sum, ...before });
  }
  return null;
}

interface Stretches {
  readonly steps: number;
  readonly late: readonly StatementWindow[];
  readonly sum: StatementWindow;
  readonly against: PastComparison["against"];
  readonly before: readonly StatementWindow[];
}

function beforeOf(
  { sameHour, recent }: StatementPast,
  steps: number,
): Pick<Stretches, "against" | "before"> | null {
  const known = sameHour.filter(isEnough);
  const days = new Set(known.map(({ day }) => day));
  if (days.size >= LEAST_DAYS && known.length >= LEAST_SAME_HOUR)
    return { against: "same hour", before: known };
  const before = recent.slice(0, -steps).filter(isEnough);
  return before.length >= LEAST_BEFORE ? { against: "hours before", before } : null;
}

function compare(
  { fingerprint, recent }: StatementPast,
  { steps, late, sum, against, before }: Stretches,
): PastComparison {
  const usual = before.map(meanOf);
  const sorted = usual.toSorted((one, other) => one - other);
  const usualMs = median(usual);
  const usualHighMs = quantileOfSorted(sorted, 0.9);
  const meanMs = meanOf(sum);
  const { superiority, pValue } = mannWhitney(usual, late.map(meanOf));
  const whole = sumOfWindows(before);
  return {
    fingerprint,
    steps,
    calls: sum.calls,
    meanMs,
    against,
    windows: before.length,
    usualMs,
    usualLowMs: quantileOfSorted(sorted, 0.1),
    usualHighMs,
    times: meanMs / usualMs,
    deviations: Math.log(meanMs / usualMs) / spreadOf(usual, usualMs),
    late,
    usual,
    superiority,
    pValue,
    lastingShare: late.filter((one) => meanOf(one) > usualHighMs).length / late.length,
    rowsRatio: perCallRatio(sum, whole, ({ rows }) => rows),
    blocksRatio: perCallRatio(sum, whole, ({ blocks }) => blocks),
    slowSteps: slowStepsOf(recent, Math.sqrt(usualMs * meanMs)),
  };
}

/** What hours differ by from each other anyway: windows that lie beside one another share their causes, so none of late alone tells. */
function spreadOf(usual: readonly number[], usualMs: number): number {
  const distances = usual.map((mean) => Math.abs(Math.log(mean / usualMs)));
  return Math.max(LEAST_SPREAD, NORMAL_MAD * median(distances));
}

function slowStepsOf(recent: readonly StatementWindow[], borderMs: number): number | null {
  let slow = 0;
  let usualInBetween = 0;
  for (let back = 1; back <= recent.length; back += 1) {
    const window = recent.at(-back);
    if (window === undefined || !isEnough(window)) continue;
    if (meanOf(window) >= borderMs) {
      slow = back;
      usualInBetween = 0;
      continue;
    }
    usualInBetween += 1;
    if (usualInBetween > STEPS_OF_GRACE) return slow;
  }
  return null;
}

function isEnough({ calls }: StatementWindow): boolean {
  return calls >= LEAST_CALLS_A_WINDOW;
}

function perCallRatio(
  now: StatementWindow,
  before: StatementWindow,
  of: (window: StatementWindow) => number,
): number | null {
  const usual = of(before) / before.calls;
  return usual > 0 ? of(now) / now.calls / usual : null;
}
