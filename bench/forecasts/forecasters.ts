import { forecast } from "@streamgate/telemetry/statistics";

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A way to foretell a day: an interval for each of its steps. */
export interface Forecaster {
  readonly name: string;
  predict(past: readonly number[], stepsADay: number): readonly Interval[];
}

export const STREAMGATE = "streamgate";
const NORMAL_95 = 1.6449;

export const FORECASTERS: readonly Forecaster[] = [
  {
    name: STREAMGATE,
    predict: (past, stepsADay) =>
      forecast(past, { horizonSteps: stepsADay, seasonSteps: [stepsADay, 7 * stepsADay] }).steps,
  },
  { name: "line by least squares, normal errors", predict: byLine },
  { name: "same time yesterday, normal errors", predict: byYesterday },
];

/** What Prometheus's predict_linear draws, over the last day, with the interval of its residuals. */
function byLine(past: readonly number[], stepsADay: number): readonly Interval[] {
  const recent = past.slice(-stepsADay).filter((value) => Number.isFinite(value));
  const size = recent.length;
  const middle = (size - 1) / 2;
  const mean = recent.reduce((sum, value) => sum + value, 0) / size;
  let products = 0;
  let squares = 0;
  for (const [index, value] of recent.entries()) {
    products += (index - middle) * (value - mean);
    squares += (index - middle) ** 2;
  }
  const slope = products / squares;
  const errors = recent.map((value, index) => value - mean - slope * (index - middle));
  const reach = NORMAL_95 * deviationOf(errors);
  return Array.from({ length: stepsADay }, (_, index) => {
    const value = mean + slope * (size + index - middle);
    return { low: value - reach, high: value + reach };
  });
}

function byYesterday(past: readonly number[], stepsADay: number): readonly Interval[] {
  const errors = past
    .slice(stepsADay)
    .map((value, index) => value - (past[index] ?? Number.NaN))
    .filter((value) => Number.isFinite(value));
  const reach = NORMAL_95 * deviationOf(errors);
  return past.slice(-stepsADay).map((value) => ({ low: value - reach, high: value + reach }));
}

function deviationOf(errors: readonly number[]): number {
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / Math.max(1, errors.length));
}
