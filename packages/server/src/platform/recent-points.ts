import { type Point, rollUp, type SeriesKey, type SeriesPoint } from "@streamgate/monitor";

/** A series with its points of the last minutes, oldest first. */
export interface RecentSeries {
  readonly key: SeriesKey;
  readonly points: readonly Point[];
}

/** The last minutes of some metrics in memory, for figures that are shown each second. */
export interface RecentPoints {
  add(points: readonly SeriesPoint[]): void;
  /** The series of a metric, with the points that end after `fromMs`: each second's of the last minutes, each ten seconds' before. */
  series(name: string, fromMs: number): readonly RecentSeries[];
  /** How far back they reach, in ms: for any steps, and for steps that are multiples of `stepMs`. */
  readonly reach: { readonly anyMs: number; readonly steppedMs: number; readonly stepMs: number };
}

interface Kept {
  readonly key: SeriesKey;
  /** One for each ten seconds, until where the fine ones begin. */
  readonly coarse: Point[];
  fine: Point[];
}

/** Series of one metric that are kept; further ones are only in the history. */
const MOST_SERIES = 5_000;
const COARSE_STEP_MS = 10_000;
/** Points are kept as they came for so long, and put together after that: thousands of series would not find room otherwise. */
const FINE_MS = 150_000;

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
        const kept = known ?? { key, coarse: [], fine: [] };
        if (known === undefined) series.set(id, kept);
        addPoint(kept, point);
        dropOld(kept.coarse, point.atMs - windowMs);
      }
    },
    series: (name, fromMs) =>
      [...(byName.get(name)?.values() ?? [])].flatMap(({ key, coarse, fine }) => {
        const wanted = [...endingAfter(coarse, fromMs), ...endingAfter(fine, fromMs)];
        return wanted.length === 0 ? [] : [{ key, points: wanted }];
      }),
    reach: {
      anyMs: FINE_MS - COARSE_STEP_MS,
      steppedMs: windowMs,
      stepMs: COARSE_STEP_MS,
    },
  };
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** One that comes after its ten seconds were put together is only in the history. */
function addPoint(kept: Kept, point: Point): void {
  const { coarse, fine } = kept;
  if (point.atMs <= (coarse.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) return;
  const after = fine.findLastIndex(({ atMs }) => atMs <= point.atMs) + 1;
  fine.splice(after, 0, point);
  const foldedToMs =
    Math.floor(((fine.at(-1)?.atMs ?? 0) - FINE_MS) / COARSE_STEP_MS) * COARSE_STEP_MS;
  if ((fine[0]?.atMs ?? Number.POSITIVE_INFINITY) > foldedToMs) return;
  const old = fine.filter(({ atMs }) => atMs <= foldedToMs);
  coarse.push(...rollUp(old, COARSE_STEP_MS));
  kept.fine = fine.slice(old.length);
}

function endingAfter(points: readonly Point[], fromMs: number): readonly Point[] {
  if ((points[0]?.atMs ?? Number.POSITIVE_INFINITY) > fromMs) return points;
  return points.filter(({ atMs }) => atMs > fromMs);
}

function dropOld(points: Point[], beforeMs: number): void {
  let old = 0;
  while (old < points.length && (points[old]?.atMs ?? 0) <= beforeMs) old += 1;
  if (old > 0) points.splice(0, old);
}

function dropQuiet(series: Map<string, Kept>, beforeMs: number): void {
  for (const [id, { coarse, fine }] of series)
    if (((fine.at(-1) ?? coarse.at(-1))?.atMs ?? 0) <= beforeMs) series.delete(id);
}
