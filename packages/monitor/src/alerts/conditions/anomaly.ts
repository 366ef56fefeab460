import {
  type AnomalyDetector,
  type AnomalyScore,
  type AnomalyState,
  createAnomalyDetector,
  restoreAnomalyDetector,
} from "@streamgate/telemetry/statistics";
import { formatValue } from "../alert-text.ts";
import type { AnomalyRule } from "../rules/rule.ts";
import type { Condition, ConditionKind, Verdict } from "./condition.ts";
import { createReading, inputsOfMeasure } from "./reading.ts";

/** A measure is unusual for this time of the day and week, in the direction that is bad. */
export function anomalyKind(rule: AnomalyRule): ConditionKind {
  return {
    labels: {},
    severity: rule.severity,
    inputs: inputsOfMeasure(rule.measure),
    begin: () => beginAnomaly(rule),
  };
}

function beginAnomaly(rule: AnomalyRule): Condition {
  const { everyMs, falseAlarmsAWeek } = rule;
  const reading = createReading(rule.measure);
  const options = { falseAlarmsPerDay: falseAlarmsAWeek / 7 };
  let detector: AnomalyDetector = createAnomalyDetector(options);
  let nextMs = Number.NEGATIVE_INFINITY;
  let score: AnomalyScore | undefined;
  let value = Number.NaN;
  return {
    add: (input, seriesId, point) => reading.add(input, seriesId, point),
    judge({ nowMs }): Verdict {
      if (nowMs >= nextMs) {
        nextMs = (Math.floor(nowMs / everyMs) + 1) * everyMs;
        value = reading.read(nowMs);
        score = Number.isNaN(value) ? undefined : detector.observe(nowMs, value);
      }
      if (score === undefined) return { holds: "unknown", value };
      return { holds: score.isAnomalous && isBad(rule, value, score) ? "yes" : "no", value };
    },
    describe: (written) =>
      score === undefined || Number.isNaN(score.expected.low)
        ? `${written}, which is unusual`
        : `${written}, where ${formatValue(score.expected.low, rule.unit)} to ${formatValue(score.expected.high, rule.unit)} is usual; unusual by its ${score.reason}`,
    onClockBack() {
      reading.clear();
      nextMs = Number.NEGATIVE_INFINITY;
    },
    state: () => detector.state(),
    restore(state) {
      try {
        detector = restoreAnomalyDetector(state as AnomalyState, options);
      } catch {
        // Saved by another version: it learns anew.
      }
    },
  };
}

function isBad({ direction }: AnomalyRule, value: number, { expected }: AnomalyScore): boolean {
  if (direction === "up") return !(value <= expected.high);
  return direction === "both" || !(value >= expected.low);
}
