import { mannKendall, median, theilSen } from "@streamgate/telemetry/statistics";
import type { GrowthPoint, GrowthSeries, TierPoint } from "./growth-series.ts";
import { mayFollowLoad, withoutLoad } from "./without-load.ts";

/** What must hold before growth is called one without end. */
export interface GrowthCriteria {
  /** Points that a window must have. */
  readonly fewestPoints: number;
  /** The shortest stretch of time that a window must cover. */
  readonly shortestMs: number;
  /** The chance that a series without trend is called rising, at each look. */
  readonly significance: number;
  /** The least rise over a window. */
  readonly leastRise: number;
  /** The least rise over a window as a share of the level at its beginning. */
  readonly leastRelativeRise: number;
  /** Rise over a window, in typical deviations of the points from the line. */
  readonly leastSignalToNoise: number;
  /** The rate in a window's second half as a share of that in its first. */
  readonly leastLaterRate: number;
  /** The share of a window's rise that must be left without its two steepest eighths; less is one step or two. */
  readonly leastShareBesideSteps: number;
  /**
   * For how long each look must say so, as a share of the window: where readings come each second, neighbouring looks are hardly
   * different, and one of very many says anything some day. @default 0: two looks are enough
   */
  readonly leastAgreeingShare?: number;
  /**
   * How much of each tier is looked at, 0 to 1: a warm-up or a step at its beginning spoils the long ones, noise the short ones.
   * @default 1, 4/5, 2/3 and 1/2
   */
  readonly windowShares?: readonly number[];
  /**
   * What lies above all that was seen before: the highest reading of each stretch, for what a job or a busy hour raises for a moment and
   * lets go, or the least, for what such a moment says nothing about. @default "least"
   */
  readonly above?: "highest" | "least";
}

/** How a quantity grows: the window in which it was seen, and the line through it. */
export interface Growth {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** Of the line, at the window's ends. */
  readonly startValue: number;
  readonly endValue: number;
  /** Per hour, with the bounds of its 90 % interval. */
  readonly perHour: { readonly point: number; readonly low: number; readonly high: number };
  /** The chance of such a rise in a series without trend. */
  readonly pValue: number;
  /** The second half's rate as a share of the first's. */
  readonly laterRate: number;
}

/** Why a series is not called growing, in the order of the checks. */
const NO_GROWTH_REASONS = [
  "too-few-points",
  "too-short",
  "rise-too-small",
  "no-trend",
  "follows-load",
  "lost-in-noise",
  "half-without-trend",
  "decelerates",
  "step",
  "seen-before",
] as const;
type NoGrowthReason = (typeof NO_GROWTH_REASONS)[number];

export type GrowthVerdict =
  | { readonly grows: true; readonly growth: Growth }
  | { readonly grows: false; readonly reason: NoGrowthReason };

const MS_PER_HOUR = 3_600_000;
const PARTS = 8;
/** By how much the heights to which a job or a busy hour comes back differ. */
const PEAKS_DIFFER = 1.15;
const WINDOW_SHARES = [1, 0.8, 2 / 3, 1 / 2] as const;

/**
 * Whether a quantity grows without end: some window that ends now passes every check, and its end lies above all that was seen before it.
 * See "Memory leaks" in docs/math.md.
 */
export function judgeGrowth(series: GrowthSeries, criteria: GrowthCriteria): GrowthVerdict {
  const tiers = series.tiers();
  const { windowShares = WINDOW_SHARES } = criteria;
  let nearest: NoGrowthReason = "too-few-points";
  for (const [tier, points] of tiers.entries()) {
    const older = tiers.slice(tier + 1).flat();
    for (const share of windowShares) {
      const begin = Math.floor(points.length * (1 - share));
      const verdict = judgeWindow(points.slice(begin), criteria);
      const reason = verdict.grows
        ? reasonOfBefore(
            [...older, ...points.slice(0, begin)],
            points.slice(begin),
            verdict.growth,
            criteria,
          )
        : verdict.reason;
      if (reason === undefined) return verdict;
      nearest = furthest(nearest, reason);
    }
  }
  return { grows: false, reason: nearest };
}

/** Checks one window, the cheap checks first. */
function judgeWindow(points: readonly GrowthPoint[], criteria: GrowthCriteria): GrowthVerdict {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < criteria.fewestPoints)
    return no("too-few-points");
  const spanMs = last.atMs - first.atMs;
  if (spanMs < criteria.shortestMs) return no("too-short");
  if (!endsHigher(points, criteria.leastRise / 2)) return no("rise-too-small");

  const values = withoutLoad(points);
  const test = mannKendall(values);
  if (test.risingPValue > criteria.significance) return no("no-trend");
  const times = points.map(({ atMs }) => (atMs - first.atMs) / MS_PER_HOUR);
  const line = theilSen(values, { times, varianceInflation: test.varianceInflation });
  const rise = (line.slope * spanMs) / MS_PER_HOUR;
  const startValue = Math.max(0, line.intercept);
  if (rise < Math.max(criteria.leastRise, criteria.leastRelativeRise * startValue))
    return no("rise-too-small");
  if (mayFollowLoad(points, rise / startValue)) return no("follows-load");
  if (rise < criteria.leastSignalToNoise * deviationFrom(line, times, values))
    return no("lost-in-noise");
  const laterRate = rateOfSecondHalf(times, values);
  if (laterRate === undefined) return no("half-without-trend");
  if (laterRate < criteria.leastLaterRate) return no("decelerates");
  if (isStepped(values, criteria.leastShareBesideSteps)) return no("step");
  return {
    grows: true,
    growth: {
      fromMs: first.atMs,
      toMs: last.atMs,
      points: points.length,
      startValue,
      endValue: startValue + rise,
      perHour: { point: line.slope, low: line.low, high: line.high },
      pValue: test.risingPValue,
      laterRate,
    },
  };
}

/** Whether the last third lies above the first: what does not needs no dear test. */
function endsHigher(points: readonly GrowthPoint[], least: number): boolean {
  const third = Math.max(1, Math.floor(points.length / 3));
  const levelOf = (part: readonly GrowthPoint[]): number => median(part.map(({ value }) => value));
  return levelOf(points.slice(-third)) - levelOf(points.slice(0, third)) >= least;
}

/** The typical distance of the values from the line. */
function deviationFrom(
  line: { readonly slope: number; readonly intercept: number },
  times: readonly number[],
  values: readonly number[],
): number {
  return median(
    values.map((value, index) =>
      Math.abs(value - line.intercept - line.slope * (times[index] ?? 0)),
    ),
  );
}

/** The second half's rate over the first's; undefined where one of them does not rise. */
function rateOfSecondHalf(times: readonly number[], values: readonly number[]): number | undefined {
  const middle = (times.at(-1) ?? 0) / 2;
  const split = Math.min(
    Math.max(
      2,
      times.findIndex((time) => time > middle),
    ),
    times.length - 2,
  );
  const early = theilSen(values.slice(0, split), { times: times.slice(0, split) });
  const late = theilSen(values.slice(split), { times: times.slice(split) });
  return early.slope <= 0 || late.slope <= 0 ? undefined : late.slope / early.slope;
}

/** Whether one or two eighths of the window have most of the rise. */
function isStepped(values: readonly number[], leastRestShare: number): boolean {
  const levels: number[] = [];
  for (let part = 0; part < PARTS; part += 1) {
    const begin = Math.floor((part * values.length) / PARTS);
    const end = Math.max(begin + 1, Math.floor(((part + 1) * values.length) / PARTS));
    levels.push(median(values.slice(begin, end)));
  }
  const rises = levels.slice(1).map((level, index) => level - (levels[index] ?? 0));
  const [first = 0, second = 0] = rises.toSorted((left, right) => right - left);
  const total = (levels.at(-1) ?? 0) - (levels[0] ?? 0);
  return total - first - Math.max(0, second) < leastRestShare * total;
}

/** Load and batches come back to heights that were seen before; what leaks is at new ones. */
function reasonOfBefore(
  before: readonly TierPoint[],
  window: readonly TierPoint[],
  { fromMs, endValue }: Growth,
  { above = "least" }: GrowthCriteria,
): NoGrowthReason | undefined {
  // A line through what has not risen for long ends above it; and no two peaks are of the same height.
  const reached = Math.max(...window.map(({ value }) => value)) / PEAKS_DIFFER;
  const isSeen = before.some(
    ({ atMs, value, highest }) =>
      atMs < fromMs && (above === "highest" ? highest >= reached : value >= endValue),
  );
  return isSeen ? "seen-before" : undefined;
}

/** Of two reasons the one that more checks were passed for. */
function furthest(left: NoGrowthReason, right: NoGrowthReason): NoGrowthReason {
  return NO_GROWTH_REASONS.indexOf(left) >= NO_GROWTH_REASONS.indexOf(right) ? left : right;
}

function no(reason: NoGrowthReason): GrowthVerdict {
  return { grows: false, reason };
}
