import type { GaugeTotal, HistogramTotal, SeriesGroup, StepTotal } from "@streamgate/monitor";
import { type HistogramData, histogramQuantile, sumHistograms } from "@streamgate/telemetry";

/** What is read of a step. */
export type Statistic =
  /** Events a second: a counter's increase, or how often a histogram recorded. */
  | { readonly kind: "rate" }
  | { readonly kind: "increase" }
  /** Of a gauge's readings, or of what a histogram recorded. */
  | { readonly kind: "mean" }
  | { readonly kind: "min" }
  | { readonly kind: "max" }
  /** The last reading of each series, added up. */
  | { readonly kind: "last" }
  /** The mean of each series, added up; of a histogram the sum of what was recorded. */
  | { readonly kind: "sum" }
  | { readonly kind: "quantile"; readonly quantile: number };

const SECOND_MS = 1_000;

/** Null where nothing was read, nothing happened, or the statistic is none of this kind of metric. */
export function stepValue(total: StepTotal | undefined, statistic: Statistic): number | null {
  if (total === undefined) return null;
  const value = numberOf(total, statistic);
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function numberOf(total: StepTotal, statistic: Statistic): number | undefined {
  switch (total.kind) {
    case "counter":
      if (statistic.kind === "rate") return total.increase / (total.spanMs / SECOND_MS);
      return statistic.kind === "increase" || statistic.kind === "sum" ? total.increase : undefined;
    case "gauge":
      return numberOfGauge(total, statistic);
    case "histogram":
      return numberOfHistogram(total, statistic);
  }
}

function numberOfGauge(total: GaugeTotal, { kind }: Statistic): number | undefined {
  switch (kind) {
    case "mean":
      return total.sum / total.count;
    case "sum":
      return (total.sum / total.count) * total.series;
    case "min":
    case "max":
    case "last":
      return total[kind];
    case "rate":
    case "increase":
    case "quantile":
      return undefined;
  }
}

function numberOfHistogram(
  { data, spanMs }: HistogramTotal,
  statistic: Statistic,
): number | undefined {
  switch (statistic.kind) {
    case "rate":
      return data.count / (spanMs / SECOND_MS);
    case "increase":
      return data.count;
    case "mean":
      return data.sum / data.count;
    case "sum":
      return data.sum;
    case "min":
    case "max":
      return data[statistic.kind];
    case "quantile":
      return histogramQuantile(data, statistic.quantile);
    case "last":
      return undefined;
  }
}

/** What fits a kind of metric where nothing else is asked for. */
export function usualStatistic(kind: StepTotal["kind"], quantile = 0.95): Statistic {
  switch (kind) {
    case "counter":
      return { kind: "rate" };
    case "gauge":
      return { kind: "mean" };
    case "histogram":
      return { kind: "quantile", quantile };
  }
}

/** All steps as one. */
export function wholeOf(steps: readonly (StepTotal | undefined)[]): StepTotal | undefined {
  return together(steps, "one after the other");
}

/** The same step of several groups as one. */
export function acrossOf(groups: readonly (StepTotal | undefined)[]): StepTotal | undefined {
  return together(groups, "at once");
}

/** What all steps of all groups add up to: how often something happened, or the sum of what was recorded. */
export function amountOf(groups: readonly SeriesGroup[], kind: "increase" | "sum"): number {
  let amount = 0;
  for (const { steps } of groups)
    for (const step of steps) amount += stepValue(step, { kind }) ?? 0;
  return amount;
}

function together(
  totals: readonly (StepTotal | undefined)[],
  how: "one after the other" | "at once",
): StepTotal | undefined {
  let whole: StepTotal | undefined;
  const histograms: HistogramData[] = [];
  for (const total of totals) {
    if (total === undefined || (whole !== undefined && whole.kind !== total.kind)) continue;
    if (total.kind === "histogram") histograms.push(total.data);
    whole = whole === undefined ? total : add(whole, total, how);
  }
  return whole?.kind === "histogram" && histograms.length > 1
    ? { ...whole, data: sumHistograms(histograms) }
    : whole;
}

/** But for the values of histograms, which are added all at once. */
function add(one: StepTotal, other: StepTotal, how: "one after the other" | "at once"): StepTotal {
  const isAtOnce = how === "at once";
  const spanOf = (left: number, right: number): number =>
    isAtOnce ? Math.max(left, right) : left + right;
  if (one.kind === "counter" && other.kind === "counter")
    return {
      kind: "counter",
      increase: one.increase + other.increase,
      spanMs: spanOf(one.spanMs, other.spanMs),
    };
  if (one.kind === "histogram" && other.kind === "histogram")
    return { ...one, spanMs: spanOf(one.spanMs, other.spanMs) };
  if (one.kind !== "gauge" || other.kind !== "gauge") return one;
  return {
    kind: "gauge",
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    sum: one.sum + other.sum,
    count: one.count + other.count,
    last: isAtOnce ? one.last + other.last : other.last,
    series: isAtOnce ? one.series + other.series : Math.max(one.series, other.series),
  };
}
