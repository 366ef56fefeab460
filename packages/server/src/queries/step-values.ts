import type { SeriesGroup, StepTotal } from "@streamgate/monitor";
import { stepsIn } from "../ranges/steps.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

/** One value a step; null where nothing was read. */
export type StepValues = (number | null)[];

/** What counters grew by in each step. */
export function increases(groups: readonly SeriesGroup[], range: SteppedRange): StepValues {
  return addUp(groups, range, (step) => (step.kind === "counter" ? step.increase : null));
}

/** The last value of a gauge in each step; of several series, their sum. */
export function levels(groups: readonly SeriesGroup[], range: SteppedRange): StepValues {
  return addUp(groups, range, (step) => (step.kind === "gauge" ? step.last : null));
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

function addUp(
  groups: readonly SeriesGroup[],
  range: SteppedRange,
  read: (step: StepTotal) => number | null,
): StepValues {
  const values: StepValues = new Array<number | null>(
    stepsIn(range.toMs - range.fromMs, range.stepMs),
  ).fill(null);
  for (const { steps } of groups)
    for (const [position, step] of steps.entries()) {
      const value = step === undefined ? null : read(step);
      if (value !== null) values[position] = (values[position] ?? 0) + value;
    }
  return values;
}
