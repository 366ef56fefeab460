import type { CounterPoint, GaugePoint, HistogramPoint, Point } from "./point.ts";

export function isCounter(point: Point): point is CounterPoint {
  return point.kind === "counter";
}

export function isGauge(point: Point): point is GaugePoint {
  return point.kind === "gauge";
}

export function isHistogram(point: Point): point is HistogramPoint {
  return point.kind === "histogram";
}
