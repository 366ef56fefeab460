import type { Anomaly, AnomalyList } from "@streamgate/contract";
import type { AnomalyVerdict, AnomalyWatchOptions, LabelMatcher } from "@streamgate/monitor";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { instantOf } from "../ranges/time-range.ts";

/** The demo and others ask an API for its own figures. */
const OF_VISITORS: readonly LabelMatcher[] = [
  { label: "http_route", matchesNot: "/internal/.*|/streamgate/.*" },
];
const STEP_MS = 30_000;
const MOST_SERIES = 400;
const MOST_SHOWN = 100;

/** Which series are watched for what is unlike themselves: those that people look at. */
export const WATCHED_FOR_ANOMALIES: AnomalyWatchOptions = {
  stepMs: STEP_MS,
  maxSeries: MOST_SERIES,
  series: [
    { of: { name: "http_server_request_duration_seconds", where: OF_VISITORS }, quantile: 0.95 },
    { of: { name: "db_client_operation_duration_seconds", where: [] }, quantile: 0.95 },
    { of: { name: "nodejs_eventloop_delay_seconds", where: [] }, quantile: 0.99 },
    { of: { name: "process_cpu_utilization_ratio", where: [] } },
    { of: { name: "process_memory_usage_bytes", where: [] } },
    { of: { name: "streamgate_database_connections", where: [] } },
    { of: { name: "streamgate_cache_requests", where: [] } },
  ],
};

/** What is unlike itself now, the most surprising first. */
export async function listAnomalies({ monitor }: Pick<Platform, "monitor">): Promise<AnomalyList> {
  const unusual = monitor()
    .anomalies()
    .filter(({ isAnomalous }) => isAnomalous);
  return { items: unusual.slice(0, MOST_SHOWN).map(anomalyOf) };
}

export function anomalyOf({ key, atMs, value, expected, pValue }: AnomalyVerdict): Anomaly {
  const { unit, scale } = unitOf(key.name);
  const isKnown = Number.isFinite(expected.low) && Number.isFinite(expected.high);
  return {
    name: key.name,
    labels: key.labels,
    at: instantOf(atMs),
    value: measured(value * scale, unit),
    expected: isKnown ? { low: expected.low * scale, high: expected.high * scale } : null,
    surprise: -Math.log10(Math.max(pValue, Number.MIN_VALUE)),
  };
}

/** Names of metrics end in their unit. */
function unitOf(name: string): { readonly unit: string; readonly scale: number } {
  if (name.endsWith("_seconds")) return { unit: "ms", scale: 1_000 };
  if (name.endsWith("_bytes")) return { unit: "bytes", scale: 1 };
  if (name.endsWith("_ratio")) return { unit: "ratio", scale: 1 };
  return { unit: name.endsWith("_requests") ? "per second" : "count", scale: 1 };
}
