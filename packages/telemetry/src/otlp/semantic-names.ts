/**
 * OpenTelemetry's names (semantic conventions 1.x) of the metrics and labels that have one there. Prometheus wants underscores and
 * the unit in the name, and the way back is not a rule: `http_response_status_code` is `http.response.status_code`.
 */
const METRICS: Readonly<Record<string, string>> = {
  http_server_request_duration_seconds: "http.server.request.duration",
  http_server_active_requests: "http.server.active_requests",
  http_client_request_duration_seconds: "http.client.request.duration",
  db_client_operation_duration_seconds: "db.client.operation.duration",
  db_client_connection_wait_time_seconds: "db.client.connection.wait_time",
  db_client_connection_count: "db.client.connection.count",
  db_client_connection_max: "db.client.connection.max",
  db_client_connection_pending_requests: "db.client.connection.pending_requests",
  nodejs_eventloop_utilization_ratio: "nodejs.eventloop.utilization",
  v8js_gc_duration_seconds: "v8js.gc.duration",
  v8js_memory_heap_used_bytes: "v8js.memory.heap.used",
  v8js_memory_heap_limit_bytes: "v8js.memory.heap.limit",
  process_memory_usage_bytes: "process.memory.usage",
  process_cpu_time_seconds: "process.cpu.time",
  process_cpu_utilization_ratio: "process.cpu.utilization",
  process_disk_io_bytes: "process.disk.io",
  process_network_io_bytes: "process.network.io",
};

const LABELS: Readonly<Record<string, string>> = {
  http_request_method: "http.request.method",
  http_route: "http.route",
  http_response_status_code: "http.response.status_code",
  server_address: "server.address",
  db_system_name: "db.system.name",
  db_operation_name: "db.operation.name",
  error_type: "error.type",
  db_client_connection_pool_name: "db.client.connection.pool.name",
  db_client_connection_state: "db.client.connection.state",
  v8js_gc_type: "v8js.gc.type",
  v8js_heap_space_name: "v8js.heap.space.name",
  cpu_mode: "cpu.mode",
  disk_io_direction: "disk.io.direction",
  network_io_direction: "network.io.direction",
};

/** As UCUM spells them. */
const UNITS: Readonly<Record<string, string>> = { seconds: "s", bytes: "By", ratio: "1" };

/** What is a number there, though every label is a text here. */
const NUMBERS: ReadonlySet<string> = new Set(["http.response.status_code"]);

export function otelMetricName(name: string): string {
  return METRICS[name] ?? name;
}

export function otelUnit(unit: string): string {
  return UNITS[unit] ?? unit;
}

/** Labels as attributes; one without a value says that there is nothing to say. */
export function otelAttributes(
  labels: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string | number])[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== "")
    .map(([label, value]) => {
      const name = LABELS[label] ?? label;
      const isNumber = NUMBERS.has(name) && /^\d{1,15}$/.test(value);
      return [name, isNumber ? Number(value) : value] as const;
    });
}
