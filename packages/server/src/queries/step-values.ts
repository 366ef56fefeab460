import type { Point, SeriesWindow } from "@streamgate/monitor";
import { stepsIn } from "../ranges/steps.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

/** One value a step; null where nothing was read. */
export type StepValues = (number | null)[];

/** What counters grew by in each step. */
export function increases(windows: readonly SeriesWindow[], range: SteppedRange): StepValues {
  return fold(windows, range, (point, before) =>
    point.kind === "counter" ? (before ?? 0) + point.increase : before,
  );
}

/** The last value of a gauge in each step; of several series, their sum. */
export function levels(windows: readonly SeriesWindow[], range: SteppedRange): StepValues {
  const each = windows.map((window) =>
    fold([window], range, (point, before) => (point.kind === "gauge" ? point.last : before)),
  );
  return Array.from({ length: stepsOf(range) }, (_, step) => {
    const known = each.map((values) => values[step] ?? null).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** Value by value; null where one is missing, or it is no number. */
export function combine(
  ones: StepValues,
  others: StepValues,
  work: (one: number, other: number) => number,
): StepValues {
  return ones.map((one, step) => {
    const other = others[step] ?? null;
    if (one === null || other === null) return null;
    const value = work(one, other);
    return Number.isFinite(value) ? value : null;
  });
}

export function scale(values: StepValues, factor: number): StepValues {
  return values.map((value) => (value === null ? null : value * factor));
}

/** Null where no step has a value. */
export function sumOf(values: StepValues): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

export function lastOf(values: StepValues): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

function stepsOf(range: SteppedRange): number {
  return stepsIn(range.toMs - range.fromMs, range.stepMs);
}

function fold(
  windows: readonly SeriesWindow[],
  range: SteppedRange,
  work: (point: Point, before: number | null) => number | null,
): StepValues {
  const values: StepValues = new Array<number | null>(stepsOf(range)).fill(null);
  for (const { points } of windows)
    for (const point of points) {
      const step = Math.ceil((point.atMs - range.fromMs) / range.stepMs) - 1;
      if (step < 0 || step >= values.length) continue;
      values[step] = work(point, values[step] ?? null);
    }
  return values;
}
