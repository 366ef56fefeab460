import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { AggregationType, MeterProvider } from "@opentelemetry/sdk-metrics";
import { BOUNDARIES, METRIC_HELP, METRIC_NAME, SERIES_LIMIT, type Subject } from "../subject.ts";

const exporter = new PrometheusExporter({ preventServerStart: true });
const serializer = new PrometheusSerializer();
const provider = new MeterProvider({
  readers: [exporter],
  views: [
    {
      instrumentName: METRIC_NAME,
      aggregationCardinalityLimit: SERIES_LIMIT,
      aggregation: {
        type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
        options: { boundaries: [...BOUNDARIES] },
      },
    },
  ],
});
const durations = provider.getMeter("bench").createHistogram(METRIC_NAME, {
  description: METRIC_HELP,
});

export const subject: Subject = {
  /** It cannot bind; the nearest is to keep the attributes. */
  bind({ method, route, status }) {
    const attributes = {
      http_request_method: method,
      http_route: route,
      http_response_status_code: status,
    };
    return (value) => durations.record(value, attributes);
  },
  record({ method, route, status }, value) {
    durations.record(value, {
      http_request_method: method,
      http_route: route,
      http_response_status_code: status,
    });
  },
  async scrape(onText) {
    const { resourceMetrics } = await exporter.collect();
    const text = serializer.serialize(resourceMetrics);
    onText?.(text);
    return Buffer.byteLength(text);
  },
};
