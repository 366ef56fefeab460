import { toExponentialHistogram } from "../metrics/exponential-histogram.ts";
import type { HistogramData } from "../metrics/histogram-data.ts";
import type { Labels, MetricFamily } from "../metrics/metric-family.ts";
import type { ProcessIdentity } from "../report/process-report.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { writeAttribute, writeResource, writeScope } from "./resource.ts";
import { otelAttributes, otelMetricName, otelUnit } from "./semantic-names.ts";

/** Since when the values of counters and histograms count: the start of the process, or the last export. */
export type Temporality = "cumulative" | "delta";

/** The time that a batch of metrics covers, wall time in ms since 1970. */
export interface MetricsWindow {
  readonly temporality: Temporality;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Field numbers of `opentelemetry.proto.metrics.v1` and of the request that carries it. */
const REQUEST = { resourceMetrics: 1 } as const;
const RESOURCE_METRICS = { resource: 1, scopeMetrics: 2 } as const;
const SCOPE_METRICS = { scope: 1, metrics: 2 } as const;
const METRIC = {
  name: 1,
  description: 2,
  unit: 3,
  gauge: 5,
  sum: 7,
  exponentialHistogram: 10,
} as const;
const DATA = { points: 1, temporality: 2, isMonotonic: 3 } as const;
const NUMBER_POINT = { start: 2, time: 3, double: 4, attributes: 7 } as const;
const HISTOGRAM_POINT = {
  attributes: 1,
  start: 2,
  time: 3,
  count: 4,
  sum: 5,
  scale: 6,
  zeroCount: 7,
  positive: 8,
  min: 12,
  max: 13,
} as const;
const BUCKETS = { offset: 1, counts: 2 } as const;
const TEMPORALITY: Readonly<Record<Temporality, number>> = { delta: 1, cumulative: 2 };

/** Metrics as an `ExportMetricsServiceRequest`; histograms as exponential ones. */
export function encodeMetrics(
  families: readonly MetricFamily[],
  identity: ProcessIdentity,
  window: MetricsWindow,
): Buffer {
  const out = new ProtobufWriter();
  out.message(REQUEST.resourceMetrics, () => {
    writeResource(out, RESOURCE_METRICS.resource, identity);
    out.message(RESOURCE_METRICS.scopeMetrics, () => {
      writeScope(out, SCOPE_METRICS.scope);
      for (const family of families) {
        if (family.series.length > 0) writeMetric(out, family, window);
      }
    });
  });
  return out.finish();
}

function writeMetric(out: ProtobufWriter, family: MetricFamily, window: MetricsWindow): void {
  out.message(SCOPE_METRICS.metrics, () => {
    out.text(METRIC.name, otelMetricName(family.name));
    out.text(METRIC.description, family.help);
    out.text(METRIC.unit, otelUnit(family.unit));
    switch (family.kind) {
      case "gauge":
        return out.message(METRIC.gauge, () => writePoints(out, family, window));
      case "counter":
        return out.message(METRIC.sum, () => {
          writePoints(out, family, window);
          out.uint(DATA.temporality, TEMPORALITY[window.temporality]);
          out.uint(DATA.isMonotonic, 1);
        });
      case "histogram":
        return out.message(METRIC.exponentialHistogram, () => {
          writePoints(out, family, window);
          out.uint(DATA.temporality, TEMPORALITY[window.temporality]);
        });
    }
  });
}

function writePoints(out: ProtobufWriter, family: MetricFamily, window: MetricsWindow): void {
  for (const series of family.series) {
    out.message(DATA.points, () => {
      if ("histogram" in series) writeHistogram(out, series.labels, series.histogram, window);
      else writeNumber(out, family, series.labels, series.value, window);
    });
  }
}

function writeNumber(
  out: ProtobufWriter,
  { kind }: MetricFamily,
  labels: Labels,
  value: number,
  { fromMs, toMs }: MetricsWindow,
): void {
  if (kind !== "gauge") out.instant(NUMBER_POINT.start, fromMs);
  out.instant(NUMBER_POINT.time, toMs);
  out.presentDouble(NUMBER_POINT.double, value);
  writeLabels(out, NUMBER_POINT.attributes, labels);
}

function writeHistogram(
  out: ProtobufWriter,
  labels: Labels,
  data: HistogramData,
  { fromMs, toMs }: MetricsWindow,
): void {
  const histogram = toExponentialHistogram(data);
  const { scale, count, sum, zeroCount, offset, counts, min, max } = histogram;
  writeLabels(out, HISTOGRAM_POINT.attributes, labels);
  out.instant(HISTOGRAM_POINT.start, fromMs);
  out.instant(HISTOGRAM_POINT.time, toMs);
  out.fixed64(HISTOGRAM_POINT.count, count);
  out.presentDouble(HISTOGRAM_POINT.sum, sum);
  out.sint(HISTOGRAM_POINT.scale, scale);
  out.fixed64(HISTOGRAM_POINT.zeroCount, zeroCount);
  out.message(HISTOGRAM_POINT.positive, () => {
    out.sint(BUCKETS.offset, offset);
    out.packedUints(BUCKETS.counts, counts);
  });
  if (count === 0) return;
  out.presentDouble(HISTOGRAM_POINT.min, min);
  out.presentDouble(HISTOGRAM_POINT.max, max);
}

function writeLabels(out: ProtobufWriter, field: number, labels: Labels): void {
  for (const [name, value] of otelAttributes(labels)) writeAttribute(out, field, name, value);
}
