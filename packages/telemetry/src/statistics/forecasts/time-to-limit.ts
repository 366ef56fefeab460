import type { TriedModel } from "./backtest.ts";

/** When a limit will be reached, in steps from the last value. */
export interface TimeToLimit {
  /** Chance that the limit is reached within the horizon, 0 to 1. */
  readonly probability: number;
  /** Infinity where fewer futures than that reach it within the horizon. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What is asked of the futures of a series. */
export interface LimitQuestion {
  readonly limit: number;
  readonly direction: "up" | "down";
  /** Share of the futures between the bounds, 0.5 to 0.99. */
  readonly confidence: number;
  readonly horizonSteps: number;
}

/**
 * When the futures of a series first reach a limit. A future is the forecast with one of the errors
 * of the past laid upon it, step by step as it came about then; beyond its end the error grows with
 * the square root of the distance.
 */
export function timeToLimit(model: TriedModel, question: LimitQuestion): TimeToLimit {
  const { confidence } = question;
  const longest = Math.max(1, ...model.paths.map(({ errors }) => errors.length));
  const reachedAt = model.paths
    .filter(({ errors }) => errors.length >= longest / 2)
    .map(({ errors }) => firstReach(model, errors, question))
    .sort((left, right) => left - right);
  const count = reachedAt.length;
  const at = (share: number): number =>
    reachedAt[Math.min(count - 1, Math.floor(share * count))] ?? Number.POSITIVE_INFINITY;
  const tail = (1 - confidence) / 2;
  return {
    probability: reachedAt.filter((step) => Number.isFinite(step)).length / Math.max(1, count),
    median: at(0.5),
    low: at(tail),
    high: at(1 - tail),
  };
}

function firstReach(
  { predict }: TriedModel,
  errors: readonly number[],
  { limit, direction, horizonSteps }: LimitQuestion,
): number {
  const sign = direction === "up" ? 1 : -1;
  const lastError = errors.at(-1) ?? 0;
  for (let step = 1; step <= horizonSteps; step += 1) {
    const error = errors[step - 1] ?? lastError * Math.sqrt(step / errors.length);
    if (sign * (predict(step) + error - limit) >= 0) return step;
  }
  return Number.POSITIVE_INFINITY;
}
