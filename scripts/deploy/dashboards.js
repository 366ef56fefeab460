import {
  GraphThresholdsStyleConfigBuilder,
  VizLegendOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana's own word for a variable
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };
const OF_SERVICE = 'job=~"$job", instance=~"$instance"';
const WINDOW = "[$__rate_interval]";
const PANEL_HEIGHT = 8;
const PANEL_WIDTH = 8;

const rate = (name, by, where = "") =>
  `sum by (${by}) (rate(${name}{${OF_SERVICE}${where}}${WINDOW}))`;
const quantile = (share, name, by, where = "") =>
  `histogram_quantile(${share}, sum by (${[...by, "le"].join(", ")}) (rate(${name}_bucket{${OF_SERVICE}${where}}${WINDOW})))`;
const gauge = (name, across, by, where = "") =>
  `${across} by (${by}) (${name}{${OF_SERVICE}${where}})`;

const REQUESTS = "http_server_request_duration_seconds";
const OPERATIONS = "db_client_operation_duration_seconds";

/** What each dashboard shows: rows of panels, each with PromQL and the name of its lines. */
const DASHBOARDS = [
  {
    uid: "streamgate-service",
    title: "StreamGate: service",
    description:
      "Requests, their time, failures, cache and database of the services that StreamGate's agent watches.",
    rows: [
      {
        title: "Requests",
        panels: [
          {
            title: "Requests a second",
            unit: "reqps",
            queries: [[rate(`${REQUESTS}_count`, "job"), "{{job}}"]],
          },
          {
            title: "Time of a request",
            unit: "s",
            limit: 0.05,
            queries: [0.5, 0.95, 0.99].map((share) => [
              quantile(share, REQUESTS, ["job"]),
              `{{job}} p${share * 100}`,
            ]),
          },
          {
            title: "Failed requests",
            unit: "percentunit",
            limit: 0.001,
            queries: [
              [
                `(${rate(`${REQUESTS}_count`, "job", ', http_response_status_code=~"5.."')} or 0 * ${rate(`${REQUESTS}_count`, "job")}) / ${rate(`${REQUESTS}_count`, "job")}`,
                "{{job}}",
              ],
            ],
          },
          {
            title: "Slowest routes, 95th percentile",
            unit: "s",
            queries: [
              [`topk(10, ${quantile(0.95, REQUESTS, ["job", "http_route"])})`, "{{http_route}}"],
            ],
          },
          {
            title: "Routes that take most of the time",
            unit: "s",
            description: "Seconds of requests in each second.",
            queries: [
              [`topk(10, ${rate(`${REQUESTS}_sum`, "job, http_route")})`, "{{http_route}}"],
            ],
          },
          {
            title: "Requests under way",
            unit: "short",
            queries: [
              [gauge("http_server_active_requests", "sum", "job, instance"), "{{instance}}"],
            ],
          },
        ],
      },
      {
        title: "Cache",
        panels: [
          {
            title: "Cache hits",
            unit: "percentunit",
            limit: 0.98,
            limitIsLeast: true,
            queries: [
              [
                `${rate("streamgate_cache_requests_total", "job, namespace", ', outcome!="miss"')} / ${rate("streamgate_cache_requests_total", "job, namespace")}`,
                "{{namespace}}",
              ],
            ],
          },
          {
            title: "Cache requests a second",
            unit: "reqps",
            queries: [[rate("streamgate_cache_requests_total", "job, outcome"), "{{outcome}}"]],
          },
          {
            title: "Memory of the cache",
            unit: "bytes",
            queries: [
              [gauge("streamgate_cache_memory_bytes", "sum", "job, instance"), "{{instance}}"],
            ],
          },
        ],
      },
      {
        title: "Database and Redis, as the service sees them",
        panels: [
          {
            title: "Operations a second",
            unit: "ops",
            queries: [[rate(`${OPERATIONS}_count`, "job, db_system_name"), "{{db_system_name}}"]],
          },
          {
            title: "Time of an operation, 95th percentile",
            unit: "s",
            limit: 0.01,
            queries: [
              [quantile(0.95, OPERATIONS, ["job", "db_system_name"]), "{{db_system_name}}"],
            ],
          },
          {
            title: "Failed operations a second",
            unit: "ops",
            queries: [
              [
                rate(`${OPERATIONS}_count`, "job, db_system_name, error_type", ', error_type!=""'),
                "{{db_system_name}} {{error_type}}",
              ],
            ],
          },
          {
            title: "Waiting for a connection, 95th percentile",
            unit: "s",
            queries: [
              [
                quantile(0.95, "db_client_connection_wait_time_seconds", [
                  "job",
                  "db_client_connection_pool_name",
                ]),
                "{{db_client_connection_pool_name}}",
              ],
            ],
          },
          {
            title: "Connections",
            unit: "short",
            queries: [
              [
                gauge("db_client_connection_count", "sum", "job, db_client_connection_state"),
                "{{db_client_connection_state}}",
              ],
              [gauge("db_client_connection_max", "sum", "job"), "most"],
            ],
          },
          {
            title: "Requests that wait for a connection",
            unit: "short",
            queries: [
              [
                gauge(
                  "db_client_connection_pending_requests",
                  "sum",
                  "job, db_client_connection_pool_name",
                ),
                "{{db_client_connection_pool_name}}",
              ],
            ],
          },
        ],
      },
    ],
  },
  {
    uid: "streamgate-process",
    title: "StreamGate: process",
    description:
      "Event loop, memory, garbage collection, CPU and handles of the processes that StreamGate's agent watches.",
    rows: [
      {
        title: "CPU and event loop",
        panels: [
          {
            title: "CPU of what it may use",
            unit: "percentunit",
            limit: 0.5,
            queries: [
              [gauge("process_cpu_utilization_ratio", "max", "job, instance"), "{{instance}}"],
            ],
          },
          {
            title: "Delay of the event loop, 99th percentile",
            unit: "s",
            queries: [
              [
                quantile(0.99, "nodejs_eventloop_delay_seconds", ["job", "instance"]),
                "{{instance}}",
              ],
            ],
          },
          {
            title: "How busy the event loop is",
            unit: "percentunit",
            queries: [
              [gauge("nodejs_eventloop_utilization_ratio", "max", "job, instance"), "{{instance}}"],
            ],
          },
        ],
      },
      {
        title: "Memory",
        panels: [
          {
            title: "Memory of the process",
            unit: "bytes",
            limit: 500e6,
            queries: [
              [gauge("process_memory_usage_bytes", "max", "job, instance"), "{{instance}}"],
            ],
          },
          {
            title: "Heap",
            unit: "bytes",
            queries: [
              [gauge("v8js_memory_heap_used_bytes", "max", "job, instance"), "{{instance}} used"],
              [
                gauge("v8js_memory_heap_floor_bytes", "max", "job, instance"),
                "{{instance}} after a major collection",
              ],
              [gauge("v8js_memory_heap_limit_bytes", "max", "job, instance"), "{{instance}} limit"],
            ],
          },
          {
            title: "Time in garbage collection",
            unit: "percentunit",
            queries: [
              [
                rate("v8js_gc_duration_seconds_sum", "job, instance, v8js_gc_type"),
                "{{instance}} {{v8js_gc_type}}",
              ],
            ],
          },
        ],
      },
      {
        title: "What is held open",
        panels: [
          {
            title: "Handles",
            unit: "short",
            queries: [
              [
                gauge("streamgate_process_handles", "max", "job, instance, type"),
                "{{instance}} {{type}}",
              ],
            ],
          },
          {
            title: "File descriptors",
            unit: "short",
            queries: [
              [
                gauge("process_open_file_descriptors_count", "max", "job, instance"),
                "{{instance}}",
              ],
            ],
          },
          {
            title: "What the agent itself takes",
            unit: "percentunit",
            description: "Of a core.",
            queries: [
              [rate("streamgate_agent_cpu_seconds_total", "job, instance"), "{{instance}}"],
            ],
          },
        ],
      },
    ],
  },
  {
    uid: "streamgate-monitor",
    title: "StreamGate: the monitor itself",
    description: "What StreamGate takes in, decides and tells, and what goes wrong in it.",
    rows: [
      {
        title: "Alerts",
        panels: [
          {
            title: "Alerts",
            unit: "short",
            queries: [
              [
                gauge("streamgate_monitor_alerts_firing", "max", "job, instance"),
                "{{instance}} firing",
              ],
              [
                gauge("streamgate_monitor_alerts_pending", "max", "job, instance"),
                "{{instance}} pending",
              ],
            ],
          },
          {
            title: "Notifications a second",
            unit: "ops",
            queries: [
              [
                rate("streamgate_monitor_notification_attempts_total", "job, instance"),
                "{{instance}}",
              ],
            ],
          },
          {
            title: "Who leads",
            unit: "short",
            queries: [
              [gauge("streamgate_monitor_is_leading", "max", "job, instance"), "{{instance}}"],
            ],
          },
        ],
      },
      {
        title: "Points",
        panels: [
          {
            title: "Points a second",
            unit: "ops",
            queries: [[rate("streamgate_monitor_points_total", "job, instance"), "{{instance}}"]],
          },
          {
            title: "Points not written",
            unit: "short",
            queries: [
              [
                gauge("streamgate_monitor_points_waiting", "max", "job, instance"),
                "{{instance}} waiting",
              ],
              [
                gauge("streamgate_monitor_points_dropped", "max", "job, instance"),
                "{{instance}} dropped",
              ],
            ],
          },
          {
            title: "Problems a second",
            unit: "ops",
            queries: [[rate("streamgate_monitor_problems_total", "job, instance"), "{{instance}}"]],
          },
        ],
      },
    ],
  },
];

/** Every dashboard as Grafana's JSON, by its uid. */
export function grafanaDashboards() {
  return new Map(DASHBOARDS.map((one) => [one.uid, dashboardOf(one)]));
}

function dashboardOf({ uid, title, description, rows }) {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["streamgate"])
    .refresh("30s")
    .time({ from: "now-1h", to: "now" })
    .timezone("browser")
    .readonly()
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
    )
    .withVariable(
      labelVariable("job", "Service", "label_values(streamgate_agent_cpu_seconds_total, job)"),
    )
    .withVariable(
      labelVariable(
        "instance",
        "Process",
        'label_values(streamgate_agent_cpu_seconds_total{job=~"$job"}, instance)',
      ),
    );
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

function labelVariable(name, label, query) {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .multi(true)
    .includeAll(true)
    .refresh(2);
}

function panelOf({ title, description, unit, limit, limitIsLeast = false, queries }) {
  const panel = new TimeSeriesBuilder()
    .title(title)
    .datasource(DATA_SOURCE)
    .unit(unit)
    .min(0)
    .height(PANEL_HEIGHT)
    .span(PANEL_WIDTH)
    .legend(new VizLegendOptionsBuilder().showLegend(true));
  if (description !== undefined) panel.description(description);
  if (limit !== undefined) {
    const [below, above] = limitIsLeast ? ["red", "green"] : ["green", "red"];
    panel
      .thresholds(
        new ThresholdsConfigBuilder().mode("absolute").steps([
          { value: null, color: below },
          { value: limit, color: above },
        ]),
      )
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode("dashed"));
  }
  for (const [index, [expression, legend]] of queries.entries())
    panel.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .expr(expression)
        .legendFormat(legend)
        .range(),
    );
  return panel;
}
