import type { Point, SeriesKey, SeriesPoint } from "@streamgate/monitor";

/** A series with its points of the last minutes, oldest first. */
export interface RecentSeries {
  readonly key: SeriesKey;
  readonly points: readonly Point[];
}

/** The last minutes of some metrics in memory, for figures that are shown each second. */
export interface RecentPoints {
  add(points: readonly SeriesPoint[]): void;
  /** The series of a metric, with the points that end after `fromMs`. */
  series(name: string, fromMs: number): readonly RecentSeries[];
}

interface Kept {
  readonly key: SeriesKey;
  readonly points: Point[];
}

/** Series of one metric that are kept; further ones are only in the history. */
const MOST_SERIES = 5_000;

/**
 * @param names the metrics that are kept
 * @param windowMs how long, by the points' own times
 */
export function keepRecentPoints(names: ReadonlySet<string>, windowMs: number): RecentPoints {
  const byName = new Map<string, Map<string, Kept>>();
  return {
    add: (points) => {
      for (const { key, point } of points) {
        if (!names.has(key.name)) continue;
        const series = entryOf(byName, key.name, () => new Map<string, Kept>());
        const id = JSON.stringify(key.labels);
        const known = series.get(id);
        if (known === undefined && series.size >= MOST_SERIES)
          dropQuiet(series, point.atMs - windowMs);
        if (known === undefined && series.size >= MOST_SERIES) continue;
        const kept = known ?? { key, points: [] };
        if (known === undefined) series.set(id, kept);
        kept.points.push(point);
        dropOld(kept.points, point.atMs - windowMs);
      }
    },
    series: (name, fromMs) =>
      [...(byName.get(name)?.values() ?? [])].flatMap(({ key, points }) => {
        const wanted = points.filter(({ atMs }) => atMs > fromMs);
        return wanted.length === 0 ? [] : [{ key, points: wanted }];
      }),
  };
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function dropOld(points: Point[], beforeMs: number): void {
  let old = 0;
  while (old < points.length && (points[old]?.atMs ?? 0) <= beforeMs) old += 1;
  if (old > 0) points.splice(0, old);
}

function dropQuiet(series: Map<string, Kept>, beforeMs: number): void {
  for (const [id, { points }] of series)
    if ((points.at(-1)?.atMs ?? 0) <= beforeMs) series.delete(id);
}
