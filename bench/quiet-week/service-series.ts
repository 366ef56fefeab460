import type { SeriesKey, SeriesPoint } from "@streamgate/monitor";
import type { HistogramData } from "@streamgate/telemetry";

/** Where the points of one moment are collected. */
export interface Moment {
  readonly points: SeriesPoint[];
  nowMs: number;
}

const SPAN_MS = 1000;

export function tellHistogram(
  { points, nowMs }: Moment,
  key: SeriesKey,
  data: HistogramData,
): void {
  if (data.count === 0) return;
  points.push({ key, point: { kind: "histogram", atMs: nowMs, spanMs: SPAN_MS, data } });
}

export function tellCounter({ points, nowMs }: Moment, key: SeriesKey, increase: number): void {
  if (increase === 0) return;
  points.push({ key, point: { kind: "counter", atMs: nowMs, spanMs: SPAN_MS, increase } });
}

export function tellGauge({ points, nowMs }: Moment, key: SeriesKey, value: number): void {
  const read = { min: value, max: value, sum: value, count: 1, last: value };
  points.push({ key, point: { kind: "gauge", atMs: nowMs, spanMs: SPAN_MS, ...read } });
}

/** The series of one process; each key is one object, as collectors hand them in. */
export type InstanceSeries = Readonly<Record<keyof typeof SERIES, SeriesKey>>;

export const RESPONSES = "http_server_request_duration_seconds";
const OPERATIONS = "db_client_operation_duration_seconds";
const ROUTE = { http_request_method: "GET", http_route: "/content/:id" };
const READ = { db_operation_name: "SELECT" };

const SERIES = {
  up: ["up", {}],
  succeeded: [RESPONSES, { ...ROUTE, http_response_status_code: "200" }],
  failed: [RESPONSES, { ...ROUTE, http_response_status_code: "500" }],
  hits: ["streamgate_cache_requests", { namespace: "content", outcome: "hit" }],
  misses: ["streamgate_cache_requests", { namespace: "content", outcome: "miss" }],
  statements: [OPERATIONS, { ...READ, db_system_name: "postgresql", error_type: "" }],
  commands: [OPERATIONS, { ...READ, db_system_name: "redis", error_type: "" }],
  failedCommands: [OPERATIONS, { ...READ, db_system_name: "redis", error_type: "ECONNRESET" }],
  pending: ["db_client_connection_pending_requests", { db_client_connection_pool_name: "main" }],
  cpu: ["process_cpu_utilization_ratio", {}],
  memory: ["streamgate_process_memory_ratio", {}],
  memoryBytes: ["process_memory_usage_bytes", {}],
  loopDelay: ["nodejs_eventloop_delay_seconds", {}],
} as const;

export function instanceSeries(service: string, instance: string): InstanceSeries {
  const keys = Object.entries(SERIES).map(([role, [name, labels]]) => [
    role,
    { name, labels: { service, instance, ...labels } },
  ]);
  return Object.fromEntries(keys) as InstanceSeries;
}
