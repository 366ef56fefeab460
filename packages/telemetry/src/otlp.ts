export type { DeliveryCounts } from "./otlp/delivery.ts";
export { encodeMetrics, type MetricsWindow, type Temporality } from "./otlp/encode-metrics.ts";
export { encodeTraces } from "./otlp/encode-traces.ts";
export { type OtlpCounts, type OtlpExporter, startOtlpExporter } from "./otlp/exporter.ts";
export type { OtlpExporterOptions } from "./otlp/exporter-options.ts";
export { OWN_REQUESTS } from "./otlp/post.ts";
