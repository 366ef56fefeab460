export {
  type ClassicBuckets,
  classicBuckets,
  cumulativeCounts,
} from "./exposition/classic-buckets.ts";
export { type ExposeOptions, exposeMetrics } from "./exposition/expose-metrics.ts";
export { CONTENT_TYPES, type ExpositionFormat, negotiate } from "./exposition/negotiate.ts";
export { reportChunks } from "./exposition/report-chunks.ts";
export {
  createFailureBook,
  type FailureBook,
  type FailureBookOptions,
} from "./failures/failure-book.ts";
export type { HistogramDefinition, LabelValues, MetricDefinition } from "./metrics/definition.ts";
export type { Exemplar } from "./metrics/exemplar.ts";
export {
  type ExponentialHistogram,
  FINEST_SCALE,
  toExponentialHistogram,
} from "./metrics/exponential-histogram.ts";
export type { HistogramData } from "./metrics/histogram-data.ts";
export {
  countAbove,
  EMPTY_HISTOGRAM,
  histogramOf,
  histogramQuantile,
  mergeHistograms,
  subtractHistograms,
} from "./metrics/histogram-operations.ts";
export type { HistogramSeries } from "./metrics/histogram-series.ts";
export {
  BUCKETS_PER_OCTAVE,
  bucketIndex,
  bucketLowerBound,
  bucketMidpoint,
  bucketUpperBound,
  LAST_BUCKET,
} from "./metrics/log-linear.ts";
export { LONGEST_LABEL_VALUE, OVERFLOW_LABEL } from "./metrics/metric.ts";
export type { Labels, MetricFamily, MetricKind, SeriesData } from "./metrics/metric-family.ts";
export {
  type Counter,
  createRegistry,
  type Gauge,
  type Histogram,
  type Registry,
  type RegistryOptions,
} from "./metrics/registry.ts";
export type { CounterSeries, GaugeSeries } from "./metrics/scalar-series.ts";
export { sumHistograms } from "./metrics/sum-histograms.ts";
export { parseReport, serializeReport } from "./report/parse-report.ts";
export type { FailureGroup, ProcessIdentity, ProcessReport } from "./report/process-report.ts";
