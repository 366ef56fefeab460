import type { SeriesKey, SeriesPoint } from "@streamgate/monitor";
import { EMPTY_HISTOGRAM, type HistogramData, mergeHistograms } from "@streamgate/telemetry";

/** The points of the last seconds, of a few metrics of one process. */
export interface RecentPoints {
  add(points: readonly SeriesPoint[]): void;
  /** What a counter rose by a second, over all its series that `isWanted`; null where there was none. */
  ratePerSecond(name: string, isWanted?: IsWanted): number | null;
  /** All values that histograms recorded, put together. */
  histogram(name: string, isWanted?: IsWanted): HistogramData;
  /** The last value of a gauge. */
  last(name: string): number | null;
}

type IsWanted = (key: SeriesKey) => boolean;

const ANY: IsWanted = () => true;

/** @param windowMs how long points are kept, by their own times */
export function keepRecentPoints(names: ReadonlySet<string>, windowMs: number): RecentPoints {
  let kept: readonly SeriesPoint[] = [];
  const wanted = (name: string, isWanted: IsWanted): readonly SeriesPoint[] =>
    kept.filter(({ key }) => key.name === name && isWanted(key));
  return {
    add: (points) => {
      const all = [...kept, ...points.filter(({ key }) => names.has(key.name))];
      const latestMs = all.reduce((latest, { point }) => Math.max(latest, point.atMs), 0);
      kept = all.filter(({ point }) => point.atMs > latestMs - windowMs);
    },
    ratePerSecond: (name, isWanted = ANY) => {
      let increase = 0;
      const spansMs = new Map<number, number>();
      for (const { point } of wanted(name, isWanted)) {
        if (point.kind !== "counter") continue;
        increase += point.increase;
        spansMs.set(point.atMs, point.spanMs);
      }
      return perSecond(increase, spansMs);
    },
    histogram: (name, isWanted = ANY) => {
      const data = wanted(name, isWanted).flatMap(({ point }) =>
        point.kind === "histogram" ? [point.data] : [],
      );
      return data.reduce(mergeHistograms, EMPTY_HISTOGRAM);
    },
    last: (name) => {
      const points = wanted(name, ANY).flatMap(({ point }) =>
        point.kind === "gauge" ? [point] : [],
      );
      return points.sort((left, right) => left.atMs - right.atMs).at(-1)?.last ?? null;
    },
  };
}

/** Series of one reading share their interval: it counts once. */
function perSecond(increase: number, spansMs: ReadonlyMap<number, number>): number | null {
  const watchedMs = [...spansMs.values()].reduce((sum, spanMs) => sum + spanMs, 0);
  return watchedMs === 0 ? null : increase / (watchedMs / 1_000);
}
