import { mannWhitney } from "../ranks/mann-whitney.ts";
import { median } from "../ranks/quantile.ts";
import { type ChangePointOptions, findChangePoints } from "./change-points.ts";

export interface RegressionOptions extends ChangePointOptions {
  /** Which way is worse. @default "up" */
  readonly worse?: "up" | "down";
  /** The least relative change of the median that matters, above 0. @default 0.05 */
  readonly minEffect?: number;
  /** The least chance that a value after is worse than one before, 0.5 to 1. @default 0.85 */
  readonly minSuperiority?: number;
  /** Values that must confirm the new level, from 5. @default 10 */
  readonly minConfirming?: number;
}

/** A change for the worse that has lasted to the end of the series. */
export interface Regression {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Median before and since. */
  readonly before: number;
  readonly since: number;
  /** Relative change of the median: 0.08 for 8 % more. */
  readonly effect: number;
  /** Chance that a value since is worse than one before, 0 to 1. */
  readonly superiority: number;
  /** Of the rank test between the stretch before and all since. */
  readonly pValue: number;
}

/**
 * The changes of a series of benchmark runs or deploys that made it worse for good: change points
 * (`findChangePoints`) of a size that matters, in which nearly every later value is worse than
 * the earlier ones, and from which the series has not come back. Spikes, noise and levels that
 * belong to single builds are none.
 *
 * @param values in order of time, such as durations of one benchmark
 * @returns ascending; empty for a healthy series
 * @example
 * ```ts
 * import { findRegressions } from "@streamgate/telemetry/statistics";
 * const runs = [...Array(30).fill(10), ...Array(30).fill(14)].map((ms, run) => ms + (run % 3) / 10);
 * findRegressions(runs)[0]?.effect; // about 0.4
 * ```
 */
export function findRegressions(
  values: readonly number[],
  options: RegressionOptions = {},
): readonly Regression[] {
  const judge = { ...DEFAULTS, ...options };
  const changes = findChangePoints(values, options);
  const found: Regression[] = [];
  let baselineFrom = 0;
  for (const [index, { at }] of changes.entries()) {
    const since = values.slice(at);
    const next = values.slice(at, changes[index + 1]?.at ?? values.length);
    const starts = new Set([changes[index - 1]?.at ?? 0, baselineFrom]);
    const regression = [...starts]
      .map((from) => values.slice(from, at))
      .filter((before) => isWorse(compare(at, before, next, judge), judge))
      .map((before) => compare(at, before, since, judge))
      .find((candidate) => isWorse(candidate, judge));
    if (regression === undefined) continue;
    found.push(regression);
    baselineFrom = at;
  }
  return found;
}

type Judge = Required<
  Pick<RegressionOptions, "worse" | "minEffect" | "minSuperiority" | "minConfirming">
>;

const DEFAULTS: Judge = { worse: "up", minEffect: 0.05, minSuperiority: 0.85, minConfirming: 10 };

function isWorse(regression: Regression | undefined, judge: Judge): regression is Regression {
  if (regression === undefined) return false;
  const effect = judge.worse === "up" ? regression.effect : -regression.effect;
  return effect >= judge.minEffect && regression.superiority >= judge.minSuperiority;
}

/** A later stretch against an earlier one; undefined where either is too short to judge. */
function compare(
  at: number,
  before: readonly number[],
  since: readonly number[],
  { worse, minConfirming }: Judge,
): Regression | undefined {
  const earlier = before.filter((value) => Number.isFinite(value));
  const later = since.filter((value) => Number.isFinite(value));
  if (earlier.length < minConfirming || later.length < minConfirming) return undefined;
  const { superiority, pValue } = mannWhitney(earlier, later);
  const from = median(earlier);
  const to = median(later);
  return {
    at,
    before: from,
    since: to,
    effect: from === to ? 0 : (to - from) / Math.abs(from),
    superiority: worse === "up" ? superiority : 1 - superiority,
    pValue,
  };
}
