import { sumHistograms } from "@streamgate/telemetry";
import type { CounterPoint, GaugePoint, HistogramPoint, Point } from "./point.ts";
import { isCounter, isGauge, isHistogram } from "./point-kinds.ts";

/** End of the step that holds an instant: steps reach from one multiple of their length to the next, and own their end. */
export function stepEnd(atMs: number, stepMs: number): number {
  return Math.ceil(atMs / stepMs) * stepMs;
}

/** Start of the window that holds an instant; a window does not own its start. */
export function windowStart(atMs: number, windowMs: number): number {
  return (Math.ceil(atMs / windowMs) - 1) * windowMs;
}

/**
 * The points of each step as one point, without loss: increases and histograms are added, extremes
 * are kept. Its span is the time that its points cover, its instant the end of the step.
 *
 * @param points of one series, ascending
 * @param stepMs length of a step, in ms; steps begin at its multiples
 * @example
 * ```ts
 * import { rollUp } from "@streamgate/monitor";
 * rollUp([{ kind: "counter", atMs: 1_000, spanMs: 1_000, increase: 2 }], 10_000); // one, at 10,000 ms
 * ```
 */
export function rollUp(points: readonly Point[], stepMs: number): Point[] {
  const rolled: Point[] = [];
  let from = 0;
  while (from < points.length) {
    const end = stepEnd(points[from]?.atMs ?? 0, stepMs);
    let to = from + 1;
    while (to < points.length && stepEnd(points[to]?.atMs ?? 0, stepMs) === end) to += 1;
    const first = points[from];
    const merged =
      to === from + 1 && first?.atMs === end ? first : mergePoints(points.slice(from, to), end);
    if (merged !== undefined) rolled.push(merged);
    from = to;
  }
  return rolled;
}

/** Ascending by time, and one point for each instant: of several, the first in the array. */
export function sortedByTime(points: readonly Point[]): Point[] {
  let isAscending = true;
  for (let position = 1; position < points.length && isAscending; position += 1) {
    isAscending = (points[position - 1]?.atMs ?? 0) < (points[position]?.atMs ?? 0);
  }
  if (isAscending) return [...points];
  const sorted = [...points].sort((left, right) => left.atMs - right.atMs);
  return sorted.filter((point, position) => point.atMs !== sorted[position - 1]?.atMs);
}

/** One point of points that follow one another; those of another kind than the last are left out. */
function mergePoints(points: readonly Point[], atMs: number): Point | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  if (points.length === 1) return last.atMs === atMs ? last : { ...last, atMs };
  switch (last.kind) {
    case "counter":
      return mergeCounters(points.filter(isCounter), atMs);
    case "gauge":
      return mergeGauges(points.filter(isGauge), last, atMs);
    case "histogram":
      return mergeHistogramPoints(points.filter(isHistogram), atMs);
  }
}

function mergeCounters(points: readonly CounterPoint[], atMs: number): CounterPoint {
  let spanMs = 0;
  let increase = 0;
  for (const point of points) {
    spanMs += point.spanMs;
    increase += point.increase;
  }
  return { kind: "counter", atMs, spanMs, increase };
}

function mergeGauges(points: readonly GaugePoint[], last: GaugePoint, atMs: number): GaugePoint {
  let spanMs = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (const point of points) {
    spanMs += point.spanMs;
    min = Math.min(min, point.min);
    max = Math.max(max, point.max);
    sum += point.sum;
    count += point.count;
  }
  return { kind: "gauge", atMs, spanMs, min, max, sum, count, last: last.last };
}

function mergeHistogramPoints(points: readonly HistogramPoint[], atMs: number): HistogramPoint {
  let spanMs = 0;
  for (const point of points) spanMs += point.spanMs;
  return { kind: "histogram", atMs, spanMs, data: sumHistograms(points.map(({ data }) => data)) };
}
