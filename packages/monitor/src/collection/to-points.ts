import { EMPTY_HISTOGRAM, type HistogramData, subtractHistograms } from "@streamgate/telemetry";
import {
  type ClassicHistogram,
  fromClassic,
  subtractClassic,
} from "../series/classic-histogram.ts";
import type { Point, SeriesPoint } from "../series/point.ts";
import type { CumulativeValue, Snapshot } from "./reading.ts";

/** The stretch of time between two readings, by the monitor's clocks. */
export interface ReadingInterval {
  /** Its end, in ms since 1970. */
  readonly atMs: number;
  readonly spanMs: number;
}

/** How the later of two readings goes on from the earlier one. */
type Continuation =
  /** The same process: what it counts more than before happened in between. */
  | "continued"
  /** A process that began after the earlier reading: all that it counts happened since. */
  | "restarted"
  /** Nobody knows how much of what it counts is new. */
  | "unknown";

/**
 * What happened between two readings of one target. A series that appears in a process that is
 * watched already began from nothing; one that vanishes says nothing; a counter that falls began anew.
 */
export function toPoints(
  previous: Snapshot | undefined,
  current: Snapshot,
  interval: ReadingInterval,
): SeriesPoint[] {
  const continuation = continuationOf(previous, current);
  const points: SeriesPoint[] = [];
  for (const [identity, { key, value, isPresent }] of current.series) {
    if (!isPresent) continue;
    const before = continuation === "continued" ? previous?.series.get(identity)?.value : undefined;
    const point = pointOf(value, before, continuation, interval);
    if (point !== undefined) points.push({ key, point });
  }
  return points;
}

function continuationOf(previous: Snapshot | undefined, current: Snapshot): Continuation {
  if (previous === undefined) return "unknown";
  const isSameProcess =
    previous.service === current.service &&
    previous.instance === current.instance &&
    previous.startedAtMs === current.startedAtMs;
  if (isSameProcess) return "continued";
  // Two processes behind one address take turns: the other one is not new, only new to us.
  return current.startedAtMs >= previous.takenAtMs && current.startedAtMs > 0
    ? "restarted"
    : "unknown";
}

function pointOf(
  value: CumulativeValue,
  before: CumulativeValue | undefined,
  continuation: Continuation,
  { atMs, spanMs }: ReadingInterval,
): Point | undefined {
  if (value.kind === "gauge") {
    const { value: last } = value;
    if (Number.isNaN(last)) return undefined;
    return { kind: "gauge", atMs, spanMs, min: last, max: last, sum: last, count: 1, last };
  }
  if (continuation === "unknown") return undefined;
  switch (value.kind) {
    case "counter": {
      const increase = increaseOf(value.value, before?.kind === "counter" ? before.value : 0);
      return Number.isFinite(increase) ? { kind: "counter", atMs, spanMs, increase } : undefined;
    }
    case "histogram": {
      const earlier = before?.kind === "histogram" ? before.histogram : EMPTY_HISTOGRAM;
      return { kind: "histogram", atMs, spanMs, data: recordedSince(value.histogram, earlier) };
    }
    case "classic": {
      const earlier = before?.kind === "classic" ? before.classic : undefined;
      return { kind: "histogram", atMs, spanMs, data: recordedClassic(value.classic, earlier) };
    }
  }
}

/** Rounding may let a sum of fractions fall by its last bits; that is no new beginning. */
const ROUNDING = 1e-9;

function increaseOf(current: number, before: number): number {
  if (current >= before) return current - before;
  if (before - current <= Math.abs(before) * ROUNDING) return 0;
  return Math.max(0, current);
}

function recordedSince(current: HistogramData, before: HistogramData): HistogramData {
  return before.count === 0 ? current : (subtractHistograms(current, before) ?? current);
}

function recordedClassic(
  current: ClassicHistogram,
  before: ClassicHistogram | undefined,
): HistogramData {
  return fromClassic(before === undefined ? current : subtractClassic(current, before));
}
