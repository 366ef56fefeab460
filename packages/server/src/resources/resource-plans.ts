import type { FigureObjectives } from "../platform/platform-configuration.ts";
import type { ChartPlan } from "./resource-chart.ts";

const POOL = "db_client_connection_pool_name";
const INSTANCE = "instance";

export function memoryPlans({ memoryBytes }: FigureObjectives): readonly ChartPlan[] {
  const bytes = (name: string, label: string): ChartPlan["lines"][number] => ({
    name,
    label,
    by: INSTANCE,
    reduction: { kind: "mean" },
  });
  return [
    {
      id: "heap",
      title: "Heap",
      unit: "bytes",
      lines: [
        bytes("v8js_memory_heap_used_bytes", "used"),
        bytes("v8js_memory_heap_floor_bytes", "held after a collection"),
        bytes("v8js_memory_heap_limit_bytes", "limit"),
      ],
    },
    {
      id: "resident-memory",
      title: "Memory of the process",
      unit: "bytes",
      lines: [{ name: "process_memory_usage_bytes", by: INSTANCE, reduction: { kind: "mean" } }],
      objective: { kind: "at most", value: memoryBytes },
    },
    {
      id: "garbage-collection",
      title: "Time spent collecting garbage",
      unit: "ratio",
      lines: [
        {
          name: "v8js_gc_duration_seconds",
          by: "v8js_gc_type",
          reduction: { kind: "share of time" },
        },
      ],
    },
  ];
}

export function cpuPlans({ cpuRatio }: FigureObjectives): readonly ChartPlan[] {
  const delay = (quantile: number, label: string): ChartPlan["lines"][number] => ({
    name: "nodejs_eventloop_delay_seconds",
    label,
    reduction: { kind: "quantile", quantile },
    scale: 1_000,
  });
  return [
    {
      id: "loop-delay",
      title: "Delay of the event loop",
      unit: "ms",
      lines: [delay(0.99, "99th percentile"), delay(0.5, "median")],
    },
    {
      id: "loop-utilization",
      title: "Event loop at work",
      unit: "ratio",
      lines: [
        { name: "nodejs_eventloop_utilization_ratio", by: INSTANCE, reduction: { kind: "mean" } },
      ],
    },
    {
      id: "cpu-share",
      title: "CPU of what it may use",
      unit: "ratio",
      lines: [{ name: "process_cpu_utilization_ratio", by: INSTANCE, reduction: { kind: "mean" } }],
      objective: { kind: "at most", value: cpuRatio },
    },
    {
      id: "cpu-modes",
      title: "CPU by mode",
      unit: "cores",
      lines: [{ name: "process_cpu_time_seconds", by: "cpu_mode", reduction: { kind: "rate" } }],
    },
  ];
}

export function poolPlans(): readonly ChartPlan[] {
  return [
    {
      id: "pool-wait",
      title: "Wait for a connection, 95th percentile",
      unit: "ms",
      lines: [
        {
          name: "db_client_connection_wait_time_seconds",
          by: POOL,
          reduction: { kind: "quantile", quantile: 0.95 },
          scale: 1_000,
        },
      ],
    },
    {
      id: "pool-connections",
      title: "Connections of pools",
      unit: "count",
      lines: [
        {
          name: "db_client_connection_count",
          by: "db_client_connection_state",
          reduction: { kind: "sum" },
        },
        {
          name: "db_client_connection_pending_requests",
          label: "waiting",
          reduction: { kind: "sum" },
        },
        { name: "db_client_connection_max", label: "most", reduction: { kind: "sum" } },
      ],
    },
    {
      id: "handles",
      title: "Open handles",
      unit: "count",
      lines: [{ name: "streamgate_process_handles", by: "type", reduction: { kind: "sum" } }],
    },
  ];
}
