import type { LabelMatcher } from "@streamgate/monitor";
import type { Statistic } from "../charts/step-value.ts";

/** A figure whose course is analysed: what is read, and which way is better. */
export interface Analysed {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly name: string;
  readonly where: readonly LabelMatcher[];
  readonly statistic: Statistic;
  /** What values are multiplied by to be in the unit. */
  readonly scale: number;
  /** `none`: more is neither better nor worse. */
  readonly better: "less" | "more" | "none";
  /** Whether each process has one of its own, or the service one in all. */
  readonly isOfProcess: boolean;
}

const P95: Statistic = { kind: "quantile", quantile: 0.95 };

/** The main figures of a service and its processes. */
export const ANALYSED: readonly Analysed[] = [
  {
    id: "latency",
    title: "95th percentile of a request",
    unit: "ms",
    name: "http_server_request_duration_seconds",
    where: [],
    statistic: P95,
    scale: 1_000,
    better: "less",
    isOfProcess: false,
  },
  {
    id: "throughput",
    title: "Requests",
    unit: "per second",
    name: "http_server_request_duration_seconds",
    where: [],
    statistic: { kind: "rate" },
    scale: 1,
    better: "none",
    isOfProcess: false,
  },
  {
    id: "errors",
    title: "Requests that failed",
    unit: "per second",
    name: "http_server_request_duration_seconds",
    where: [{ label: "http_response_status_code", matches: "5.." }],
    statistic: { kind: "rate" },
    scale: 1,
    better: "less",
    isOfProcess: false,
  },
  {
    id: "cache-misses",
    title: "Cache misses",
    unit: "per second",
    name: "streamgate_cache_requests",
    where: [{ label: "outcome", is: "miss" }],
    statistic: { kind: "rate" },
    scale: 1,
    better: "less",
    isOfProcess: false,
  },
  {
    id: "database",
    title: "Mean of a database operation",
    unit: "ms",
    name: "db_client_operation_duration_seconds",
    where: [{ label: "db_system_name", is: "postgresql" }],
    statistic: { kind: "mean" },
    scale: 1_000,
    better: "less",
    isOfProcess: false,
  },
  {
    id: "event-loop",
    title: "99th percentile of the event loop's delay",
    unit: "ms",
    name: "nodejs_eventloop_delay_seconds",
    where: [],
    statistic: { kind: "quantile", quantile: 0.99 },
    scale: 1_000,
    better: "less",
    isOfProcess: true,
  },
  {
    id: "cpu",
    title: "CPU of what it may use",
    unit: "ratio",
    name: "process_cpu_utilization_ratio",
    where: [],
    statistic: { kind: "mean" },
    scale: 1,
    better: "less",
    isOfProcess: true,
  },
  {
    id: "memory",
    title: "Memory of the process",
    unit: "bytes",
    name: "process_memory_usage_bytes",
    where: [],
    statistic: { kind: "mean" },
    scale: 1,
    better: "less",
    isOfProcess: true,
  },
  {
    id: "heap-floor",
    title: "Heap after a major collection",
    unit: "bytes",
    name: "v8js_memory_heap_floor_bytes",
    where: [],
    statistic: { kind: "mean" },
    scale: 1,
    better: "less",
    isOfProcess: true,
  },
];

/** The labels by which a figure is told apart. */
export function labelsOf({ isOfProcess }: Analysed): readonly string[] {
  return isOfProcess ? ["service", "instance"] : ["service"];
}

/** Only of one service, where one is asked for. */
export function ofService(
  where: readonly LabelMatcher[],
  service: string | undefined,
): readonly LabelMatcher[] {
  return service === undefined ? where : [...where, { label: "service", is: service }];
}
