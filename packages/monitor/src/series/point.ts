import type { HistogramData, Labels } from "@streamgate/telemetry";

/** Which series: a metric's name and its labels, those of the watched process (`service`, `instance`) among them. */
export interface SeriesKey {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * What happened in one interval, never a running total: so that intervals of any length add up to a
 * longer one without loss, and a restart of the process needs no care by whoever reads.
 */
export type Point = CounterPoint | GaugePoint | HistogramPoint;

export interface CounterPoint {
  readonly kind: "counter";
  /** End of the interval, in ms since 1970. */
  readonly atMs: number;
  /** Length of the interval, in ms. */
  readonly spanMs: number;
  readonly increase: number;
}

export interface GaugePoint {
  readonly kind: "gauge";
  readonly atMs: number;
  readonly spanMs: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
  readonly last: number;
}

export interface HistogramPoint {
  readonly kind: "histogram";
  readonly atMs: number;
  readonly spanMs: number;
  readonly data: HistogramData;
}

/** A point with the series it belongs to. */
export interface SeriesPoint {
  readonly key: SeriesKey;
  readonly point: Point;
}

/** A series over a stretch of time, points ascending. */
export interface SeriesWindow {
  readonly key: SeriesKey;
  readonly points: readonly Point[];
}

/** A label's condition, as in PromQL. */
export type LabelMatcher =
  | { readonly label: string; readonly is: string }
  | { readonly label: string; readonly isNot: string }
  /** RE2-like pattern, anchored at both ends. */
  | { readonly label: string; readonly matches: string }
  | { readonly label: string; readonly matchesNot: string };

export interface SeriesSelector {
  readonly name: string;
  readonly where: readonly LabelMatcher[];
}
