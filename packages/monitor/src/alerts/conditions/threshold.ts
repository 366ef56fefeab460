import { formatValue } from "../alert-text.ts";
import type { ThresholdRule } from "../rules/rule.ts";
import type { Condition, ConditionKind, Verdict } from "./condition.ts";
import { createReading, inputsOfMeasure } from "./reading.ts";

/** A measure crosses a bound, and is over only beyond another one. */
export function thresholdKind(rule: ThresholdRule): ConditionKind {
  return {
    labels: {},
    severity: rule.severity,
    inputs: inputsOfMeasure(rule.measure),
    begin: () => beginThreshold(rule),
  };
}

function beginThreshold(rule: ThresholdRule): Condition {
  const reading = createReading(rule.measure);
  return {
    add: (input, seriesId, point) => reading.add(input, seriesId, point),
    judge: ({ nowMs }) => judgeThreshold(rule, reading.read(nowMs)),
    describe: (value) =>
      `${value} over ${rule.measure.windowMs / 1000} s; it fires ${rule.when} ${formatValue(rule.threshold, rule.unit)}`,
    onClockBack: () => reading.clear(),
  };
}

function judgeThreshold(
  { when, threshold, clearThreshold }: ThresholdRule,
  value: number,
): Verdict {
  if (Number.isNaN(value)) return { holds: "unknown", value };
  const sign = when === "above" ? 1 : -1;
  if (sign * (value - threshold) > 0) return { holds: "yes", value };
  return { holds: sign * (value - clearThreshold) > 0 ? "between" : "no", value };
}
