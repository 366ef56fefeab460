import type { Labels } from "@streamgate/telemetry";
import { canonicalKey } from "../../series/canonical-key.ts";
import {
  type ClassicHistogram,
  fromClassic,
  subtractClassic,
} from "../../series/classic-histogram.ts";
import type { Point, SeriesKey, SeriesWindow } from "../../series/point.ts";
import type { RawSeries } from "./prometheus-api.ts";

/** Samples at each step as gauges. */
export function gaugeWindows(
  name: string,
  series: readonly RawSeries[],
  stepMs: number,
): SeriesWindow[] {
  return series.map(({ labels, samples }) => ({
    key: keyOf(name, labels),
    points: samples.flatMap(({ atMs, value }): Point[] =>
      Number.isNaN(value)
        ? []
        : [
            {
              kind: "gauge",
              atMs,
              spanMs: stepMs,
              min: value,
              max: value,
              sum: value,
              count: 1,
              last: value,
            },
          ],
    ),
  }));
}

/** Increases between samples; after a fall all that the counter says is new. */
export function counterWindows(name: string, series: readonly RawSeries[]): SeriesWindow[] {
  return series.map(({ labels, samples }) => ({
    key: keyOf(name, labels),
    points: samples.flatMap(({ atMs, value }, at): Point[] => {
      const before = samples[at - 1];
      if (before === undefined || Number.isNaN(value + before.value)) return [];
      const increase = value >= before.value ? value - before.value : value;
      return [{ kind: "counter", atMs, spanMs: atMs - before.atMs, increase }];
    }),
  }));
}

/** What Prometheus says of one classic histogram at one instant. */
interface Reading {
  readonly buckets: Map<number, number>;
  sum: number;
}

/** Histograms of what was recorded between samples, from the series of their buckets and sums. */
export function histogramWindows(
  name: string,
  buckets: readonly RawSeries[],
  sums: readonly RawSeries[],
): SeriesWindow[] {
  const all = new Map<string, { readonly key: SeriesKey; readonly at: Map<number, Reading> }>();
  const readingsOf = (labels: Labels): Map<number, Reading> => {
    const key = keyOf(name, labels);
    const identity = canonicalKey(key);
    const known = all.get(identity) ?? { key, at: new Map<number, Reading>() };
    all.set(identity, known);
    return known.at;
  };
  const readingAt = (readings: Map<number, Reading>, atMs: number): Reading => {
    const reading = readings.get(atMs) ?? { buckets: new Map(), sum: Number.NaN };
    readings.set(atMs, reading);
    return reading;
  };
  for (const { labels, samples } of buckets) {
    const { le = "", ...others } = labels;
    const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
    const readings = readingsOf(others);
    for (const { atMs, value } of samples) readingAt(readings, atMs).buckets.set(bound, value);
  }
  for (const { labels, samples } of sums) {
    const readings = readingsOf(labels);
    for (const { atMs, value } of samples) readingAt(readings, atMs).sum = value;
  }
  return [...all.values()].map(({ key, at }) => ({ key, points: histogramPoints(at) }));
}

function histogramPoints(readings: ReadonlyMap<number, Reading>): Point[] {
  const ascending = [...readings].sort(([left], [right]) => left - right);
  const points: Point[] = [];
  let before: { readonly atMs: number; readonly classic: ClassicHistogram } | undefined;
  for (const [atMs, reading] of ascending) {
    const classic = classicOf(reading);
    if (before !== undefined && classic.bounds.length > 0) {
      const data = fromClassic(subtractClassic(classic, before.classic));
      points.push({ kind: "histogram", atMs, spanMs: atMs - before.atMs, data });
    }
    if (classic.bounds.length > 0) before = { atMs, classic };
  }
  return points;
}

function classicOf({ buckets, sum }: Reading): ClassicHistogram {
  const sorted = [...buckets].sort(([left], [right]) => left - right);
  return {
    bounds: sorted.map(([bound]) => bound),
    cumulative: sorted.map(([, count]) => count),
    sum,
  };
}

function keyOf(name: string, labels: Labels): SeriesKey {
  const { __name__: _, ...others } = labels;
  return { name, labels: others };
}
