import { EMPTY_HISTOGRAM, histogramQuantile, mergeHistograms } from "@streamgate/telemetry";
import type { Point } from "../series/point.ts";
import type { ResolvedWatchedSeries } from "./options.ts";

/** Gathers the points of one step of a series into the one number that is judged. */
export interface Step {
  add(point: Point): void;
  /** NaN where the points do not say enough; begins the next step. */
  take(): number;
}

const MS_PER_SECOND = 1000;

export function createStep({ gauge, quantile, leastEvents }: ResolvedWatchedSeries): Step {
  let kind: Point["kind"] = "gauge";
  let sum = 0;
  let count = 0;
  let last = Number.NaN;
  let max = Number.NEGATIVE_INFINITY;
  let increase = 0;
  let spanMs = 0;
  let histogram = EMPTY_HISTOGRAM;

  const read = (): number => {
    if (kind === "counter") return spanMs > 0 ? increase / (spanMs / MS_PER_SECOND) : Number.NaN;
    if (kind === "histogram") {
      return histogram.count < leastEvents ? Number.NaN : histogramQuantile(histogram, quantile);
    }
    if (gauge === "last") return last;
    if (gauge === "max") return max;
    return count > 0 ? sum / count : Number.NaN;
  };

  return {
    add(point) {
      kind = point.kind;
      if (point.kind === "counter") {
        increase += point.increase;
        spanMs += point.spanMs;
      } else if (point.kind === "histogram") {
        histogram = mergeHistograms(histogram, point.data);
      } else {
        sum += point.sum;
        count += point.count;
        last = point.last;
        max = Math.max(max, point.max);
      }
    },
    take() {
      const value = read();
      sum = 0;
      count = 0;
      last = Number.NaN;
      max = Number.NEGATIVE_INFINITY;
      increase = 0;
      spanMs = 0;
      histogram = EMPTY_HISTOGRAM;
      return value;
    },
  };
}
