import type { LabelMatcher, SeriesSelector } from "../../series/point.ts";

/** What a rule reads from series: a number at each moment, over the window that ends there. */
export type Measure = GaugeMeasure | RateMeasure | ShareMeasure | RatioMeasure | QuantileMeasure;

/** The value of a gauge, first over time for each series, then across the series of a group. */
export interface GaugeMeasure {
  readonly kind: "gauge";
  readonly of: SeriesSelector;
  readonly statistic: "avg" | "min" | "max" | "last";
  readonly across: "avg" | "min" | "max" | "sum";
  readonly windowMs: number;
}

/** Events a second: a counter's increase, or how often a histogram recorded. */
interface RateMeasure {
  readonly kind: "rate";
  readonly of: SeriesSelector;
  readonly windowMs: number;
}

/** Share of events that are of a kind, 0 to 1: failed of all requests, hits of all look-ups, slow of all statements. */
interface ShareMeasure {
  readonly kind: "share";
  readonly of: SeriesSelector;
  readonly part: EventPart;
  readonly windowMs: number;
  /** With fewer events in the window nothing is said. */
  readonly leastEvents: number;
}

/** One series by another, each over the window: gauges by their mean, counters and histograms by their events. */
interface RatioMeasure {
  readonly kind: "ratio";
  readonly of: SeriesSelector;
  readonly to: SeriesSelector;
  readonly windowMs: number;
}

/** The value below which a share of what histograms recorded lies. */
interface QuantileMeasure {
  readonly kind: "quantile";
  readonly of: SeriesSelector;
  /** 0 to 1. */
  readonly quantile: number;
  readonly windowMs: number;
  readonly leastEvents: number;
}

/** Which of the selected events: those of some of the series, or those above a bound in a histogram. */
export type EventPart = { readonly where: readonly LabelMatcher[] } | { readonly above: number };
