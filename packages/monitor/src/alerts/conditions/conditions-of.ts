import type { FindingRule, Rule } from "../rules/rule.ts";
import { absenceKind } from "./absence.ts";
import { anomalyKind } from "./anomaly.ts";
import { burnRateKinds } from "./burn-rate.ts";
import type { ConditionKind } from "./condition.ts";
import { forecastKind } from "./forecast.ts";
import type { Forecaster } from "./forecaster.ts";
import { sequentialKind } from "./sequential.ts";
import { thresholdKind } from "./threshold.ts";

/** Makes a rule over series ready to be evaluated. */
export function conditionsOf(
  rule: Exclude<Rule, FindingRule>,
  forecaster: Forecaster,
): readonly ConditionKind[] {
  switch (rule.kind) {
    case "threshold":
      return [thresholdKind(rule)];
    case "absence":
      return [absenceKind(rule)];
    case "burn-rate":
      return burnRateKinds(rule);
    case "sequential":
      return [sequentialKind(rule)];
    case "anomaly":
      return [anomalyKind(rule)];
    case "forecast":
      return [forecastKind(rule, forecaster)];
  }
}
