import type { MetricKind } from "@streamgate/telemetry";

/** What Prometheus calls the series of a metric depends on its kind, which a rule does not say. */
export const METRIC_KINDS: Readonly<Record<string, MetricKind>> = {
  http_server_request_duration_seconds: "histogram",
  http_client_request_duration_seconds: "histogram",
  db_client_operation_duration_seconds: "histogram",
  db_client_connection_wait_time_seconds: "histogram",
  nodejs_eventloop_delay_seconds: "histogram",
  v8js_gc_duration_seconds: "histogram",
  http_server_active_requests: "gauge",
  db_client_connection_count: "gauge",
  db_client_connection_max: "gauge",
  db_client_connection_pending_requests: "gauge",
  nodejs_eventloop_utilization_ratio: "gauge",
  process_memory_usage_bytes: "gauge",
  process_memory_limit_bytes: "gauge",
  streamgate_process_memory_ratio: "gauge",
  process_cpu_utilization_ratio: "gauge",
  streamgate_process_handles: "gauge",
};
