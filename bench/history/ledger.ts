import type { Point, SeriesKey, SeriesPoint, SeriesWindow } from "@streamgate/monitor";

/** All points of one series, added up. */
interface Entry {
  points: number;
  increase: number;
  sum: number;
  min: number;
  max: number;
  readonly buckets: Map<number, number>;
}

/** What was given to a history, kept apart from it, to be held against what it says. */
export interface Ledger {
  record(points: readonly SeriesPoint[]): void;
  readonly points: number;
  /** Series of which the history does not say exactly what was written. */
  differences(windows: readonly SeriesWindow[]): readonly string[];
  readonly names: ReadonlySet<string>;
}

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  const names = new Set<string>();
  let count = 0;
  return {
    names,
    get points() {
      return count;
    },
    record(points) {
      count += points.length;
      for (const { key, point } of points) {
        names.add(key.name);
        addTo(entryOf(entries, key), point);
      }
    },
    differences(windows) {
      const found = new Map<string, Entry>();
      for (const { key, points } of windows) {
        const entry = entryOf(found, key);
        for (const point of points) addTo(entry, point);
      }
      const checked = new Set(windows.map(({ key }) => key.name));
      const expected = [...entries].filter(([identity]) => checked.has(nameOf(identity)));
      return expected
        .filter(([identity, entry]) => !isSame(entry, found.get(identity)))
        .map(([identity]) => identity);
    },
  };
}

function entryOf(entries: Map<string, Entry>, { name, labels }: SeriesKey): Entry {
  const pairs = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  const identity = JSON.stringify([name, pairs]);
  const known = entries.get(identity) ?? {
    points: 0,
    increase: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    buckets: new Map<number, number>(),
  };
  entries.set(identity, known);
  return known;
}

function nameOf(identity: string): string {
  const [name] = JSON.parse(identity) as [string];
  return name;
}

function addTo(entry: Entry, point: Point): void {
  switch (point.kind) {
    case "counter":
      entry.increase += point.increase;
      return;
    case "gauge":
      entry.points += point.count;
      entry.sum += point.sum;
      entry.min = Math.min(entry.min, point.min);
      entry.max = Math.max(entry.max, point.max);
      return;
    case "histogram":
      entry.points += point.data.count;
      entry.sum += point.data.sum;
      entry.min = Math.min(entry.min, point.data.min);
      entry.max = Math.max(entry.max, point.data.max);
      for (const [at, index] of point.data.indices.entries()) {
        entry.buckets.set(index, (entry.buckets.get(index) ?? 0) + (point.data.counts[at] ?? 0));
      }
  }
}

/** Counts, extremes and buckets to the last one; sums of fractions to their rounding. */
function isSame(written: Entry, read: Entry | undefined): boolean {
  if (read === undefined) return false;
  return (
    written.points === read.points &&
    isNear(written.increase, read.increase) &&
    isNear(written.sum, read.sum) &&
    written.min === read.min &&
    written.max === read.max &&
    written.buckets.size === read.buckets.size &&
    [...written.buckets].every(([index, held]) => read.buckets.get(index) === held)
  );
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left), Math.abs(right));
}
