export {
  type AnomalyDetector,
  type AnomalyScore,
  createAnomalyDetector,
  restoreAnomalyDetector,
} from "./statistics/anomalies/anomaly-detector.ts";
export type { ExpectedRange } from "./statistics/anomalies/expectation.ts";
export type { AnomalyMeasure } from "./statistics/anomalies/measure.ts";
export type { AnomalyState } from "./statistics/anomalies/memory.ts";
export type { AnomalyOptions } from "./statistics/anomalies/options.ts";
export {
  type ChangePoint,
  type ChangePointOptions,
  findChangePoints,
} from "./statistics/change-points/change-points.ts";
export {
  findRegressions,
  type Regression,
  type RegressionOptions,
} from "./statistics/change-points/regressions.ts";
export { standardNormalUpperTail } from "./statistics/distributions/normal.ts";
export {
  type Forecast,
  type ForecastOptions,
  type ForecastStep,
  forecast,
} from "./statistics/forecasts/forecast.ts";
export type { TimeToLimit } from "./statistics/forecasts/time-to-limit.ts";
export { mannWhitney, type RankComparison } from "./statistics/ranks/mann-whitney.ts";
export { midRanks } from "./statistics/ranks/mid-ranks.ts";
export { median, quantileOfSorted } from "./statistics/ranks/quantile.ts";
export {
  createShareDetector,
  type ShareDetector,
} from "./statistics/sequential/share-detector.ts";
export type { ShareDetectorOptions } from "./statistics/sequential/share-detector-options.ts";
export {
  type MannKendallOptions,
  mannKendall,
  type TrendTest,
} from "./statistics/trend/mann-kendall.ts";
export { type TheilSenOptions, type TrendLine, theilSen } from "./statistics/trend/theil-sen.ts";
