import type { Clock } from "@streamgate/core";
import { backtestedForecaster, type Forecaster } from "./conditions/forecaster.ts";
import { badAlertOption } from "./errors.ts";
import type { Rule } from "./rules/rule.ts";

export interface EvaluatorOptions {
  /** As `parseRules` or `defaultRules` returns them. */
  readonly rules: readonly Rule[];
  /**
   * Lets the evaluator tell points from the future by: those that are more than a minute ahead of it are refused. Without
   * it, as in a replay, the points are believed.
   */
  readonly clock?: Pick<Clock, "now">;
  /** Series that are listened to at the same time; what comes above is refused and counted. @default 50_000 */
  readonly seriesLimit?: number;
  /** Alerts that can be watched for at the same time, over all rules. @default 10_000 */
  readonly groupLimit?: number;
  /** A longer time between two evaluations counts as so long, in ms: nobody watched in between. @default 15_000 */
  readonly longestStepMs?: number;
  /** How many forecasts, of some 5 ms each, one evaluation may make; the others wait for their turn. @default 1 */
  readonly forecastsAnEvaluation?: number;
  /** What forecast rules look ahead by. @default the forecasts of `@streamgate/telemetry/statistics` */
  readonly forecaster?: Forecaster;
}

export type ResolvedEvaluatorOptions = Required<Omit<EvaluatorOptions, "clock">> &
  Pick<EvaluatorOptions, "clock">;

const DEFAULTS = {
  seriesLimit: 50_000,
  groupLimit: 10_000,
  longestStepMs: 15_000,
  forecastsAnEvaluation: 1,
  forecaster: backtestedForecaster,
} as const;

const NUMBERS = ["seriesLimit", "groupLimit", "longestStepMs", "forecastsAnEvaluation"] as const;

/** @throws SG_MONITOR_BAD_ALERT_OPTION that names the key and the value */
export function resolveEvaluatorOptions(options: EvaluatorOptions): ResolvedEvaluatorOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const name of NUMBERS) {
    const value = resolved[name];
    if (!(Number.isInteger(value) && value > 0))
      throw badAlertOption(name, value, "a whole number above 0");
  }
  const names = new Set<string>();
  for (const { name } of resolved.rules) {
    if (names.has(name)) throw badAlertOption("rules", name, "rules of different names");
    names.add(name);
  }
  return resolved;
}
