import { formatDuration } from "@streamgate/core";
import { formatValue } from "../alert-text.ts";
import type { ForecastRule } from "../rules/rule.ts";
import type { Condition, ConditionKind, Verdict } from "./condition.ts";
import type { Forecaster, TimeToReach } from "./forecaster.ts";
import { createReading } from "./reading.ts";

/** How many values a forecast is made of. */
const STEPS = 64;
/** No forecast from less than this share of the history. */
const LEAST_HISTORY = 0.5;
/** How far is looked ahead, and how far the limit must have moved away to clear, in horizons. */
const CLEAR_HORIZONS = 1.5;
/** A limit that is itself a series is read over so long. */
const LIMIT_WINDOW_MS = 300_000;
const DAY_MS = 86_400_000;

/** A gauge goes towards its limit and will be there soon. */
export function forecastKind(rule: ForecastRule, forecaster: Forecaster): ConditionKind {
  const limits = typeof rule.limit === "number" ? [] : [{ selector: rule.limit }];
  return {
    labels: {},
    severity: rule.severity,
    inputs: [{ selector: rule.measure.of }, ...limits],
    begin: () => beginForecast(rule, forecaster),
  };
}

function beginForecast(rule: ForecastRule, forecaster: Forecaster): Condition {
  const { limit, horizonMs, confidence, measure } = rule;
  const stepMs = rule.historyMs / STEPS;
  const reading = createReading(measure);
  const limitReading =
    typeof limit === "number"
      ? undefined
      : createReading({ ...measure, of: limit, statistic: "last", windowMs: LIMIT_WINDOW_MS });
  const values: number[] = [];
  let stepAt = Number.NEGATIVE_INFINITY;
  let limitNow = Number.NaN;
  let reached: TimeToReach | undefined;
  let isDue = false;

  const remember = (step: number, value: number): void => {
    const gap = Number.isFinite(stepAt) ? Math.min(STEPS, step - stepAt) : 1;
    for (let missing = 1; missing < gap; missing += 1) values.push(Number.NaN);
    values.push(value);
    values.splice(0, values.length - STEPS);
    stepAt = step;
  };
  const isWorthLooking = (nowMs: number): boolean => {
    limitNow = typeof limit === "number" ? limit : (limitReading?.read(nowMs) ?? Number.NaN);
    const current = values.at(-1) ?? Number.NaN;
    return values.length >= LEAST_HISTORY * STEPS && current >= rule.fromShare * limitNow;
  };
  const lookAhead = (): TimeToReach | undefined =>
    forecaster.timeToReach(values, {
      limit: limitNow,
      confidence,
      horizonSteps: Math.ceil((CLEAR_HORIZONS * horizonMs) / stepMs),
      daySteps: DAY_MS / stepMs,
    });
  const verdict = (): Verdict => {
    if (values.length < LEAST_HISTORY * STEPS || Number.isNaN(limitNow))
      return { holds: "unknown", value: Number.NaN };
    const inMs = (steps: number): number => steps * stepMs;
    const value = inMs(reached?.median ?? Number.POSITIVE_INFINITY) / 1000;
    if (reached === undefined) return { holds: "no", value };
    if (inMs(reached.high) <= horizonMs) return { holds: "yes", value };
    return { holds: Number.isFinite(reached.median) ? "between" : "no", value };
  };
  return {
    add: (input, seriesId, point) =>
      input === 0 || limitReading === undefined
        ? reading.add(0, seriesId, point)
        : limitReading.add(0, seriesId, point),
    judge({ nowMs, mayWork }) {
      const step = Math.floor(nowMs / stepMs);
      const value = step > stepAt ? reading.read(nowMs) : Number.NaN;
      if (!Number.isNaN(value)) {
        remember(step, value);
        isDue = isWorthLooking(nowMs);
        if (!isDue) reached = undefined;
      }
      if (isDue && mayWork(values)) {
        reached = lookAhead();
        isDue = false;
      }
      return verdict();
    },
    describe(value) {
      const unit = measure.of.name.endsWith("_bytes") ? "bytes" : "ratio";
      const bounds = [reached?.low, reached?.high].map((steps) =>
        formatDuration((steps ?? Number.NaN) * stepMs),
      );
      return `now ${formatValue(values.at(-1) ?? Number.NaN, unit)} of ${formatValue(limitNow, unit)}, which is reached in ${value}; ${confidence * 100} % between ${bounds.join(" and ")}`;
    },
    onClockBack() {
      reading.clear();
      limitReading?.clear();
      values.length = 0;
      stepAt = Number.NEGATIVE_INFINITY;
    },
    state: () => ({ stepAt, values: values.map((value) => (Number.isNaN(value) ? null : value)) }),
    restore(state) {
      const kept = state as { readonly stepAt?: unknown; readonly values?: unknown } | null;
      if (typeof kept?.stepAt !== "number" || !Array.isArray(kept.values)) return;
      stepAt = kept.stepAt;
      values.push(...kept.values.map((value) => (typeof value === "number" ? value : Number.NaN)));
      values.splice(0, values.length - STEPS);
    },
  };
}
