import { forecast } from "@streamgate/telemetry/statistics";

/** When a limit is reached, in steps from the last value; `Infinity` for later than was looked ahead. */
export interface TimeToReach {
  readonly median: number;
  /** Bounds of the interval of the asked confidence. */
  readonly low: number;
  readonly high: number;
}

export interface ForecastQuestion {
  readonly limit: number;
  readonly confidence: number;
  /** How far to look ahead, in steps. */
  readonly horizonSteps: number;
  /** A day, in steps: what may repeat itself. */
  readonly daySteps: number;
}

/** Looks ahead. The seam between forecast rules and the mathematics of forecasts. */
export interface Forecaster {
  /**
   * @param values in equal steps, the newest last; NaN where nothing was read
   * @returns undefined where they say nothing about the future
   */
  timeToReach(values: readonly number[], question: ForecastQuestion): TimeToReach | undefined;
}

const LEAST_VALUES = 12;

/** The forecasts of `@streamgate/telemetry/statistics`: several robust models, intervals from their own past errors. */
export const backtestedForecaster: Forecaster = {
  timeToReach(values, { limit, confidence, horizonSteps, daySteps }) {
    if (values.filter(Number.isFinite).length < LEAST_VALUES) return undefined;
    const seasonSteps = Number.isInteger(daySteps) && daySteps >= 2 ? [daySteps] : [];
    const ahead = forecast(values, { horizonSteps, seasonSteps, floor: 0 });
    return ahead.timeToReach(limit, "up", confidence);
  },
};
