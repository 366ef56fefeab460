import type { HistogramData } from "./histogram-data.ts";

export type MetricKind = "counter" | "gauge" | "histogram";

/** Names follow `[a-zA-Z_][a-zA-Z0-9_]*`; values are any text. */
export type Labels = Readonly<Record<string, string>>;

/** One series at one instant. Counters and histograms are cumulative since `startedAtMs` of the report. */
export type SeriesData =
  | { readonly labels: Labels; readonly value: number }
  | { readonly labels: Labels; readonly histogram: HistogramData };

/** All series of one name. */
export interface MetricFamily {
  /** With its unit, without `_total`: `http_server_request_duration_seconds`, `streamgate_cache_requests`. */
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** As OpenMetrics spells it: `seconds`, `bytes`, `ratio`; empty where there is none. */
  readonly unit: string;
  readonly series: readonly SeriesData[];
}
