import { findRegressions } from "@streamgate/telemetry/statistics";
import type { LabelledSeries } from "./labelled-series.ts";

/** A way to find regressions: the indices at which it says that one began. */
export interface Contender {
  readonly name: string;
  find(series: LabelledSeries): readonly number[];
}

export const STREAMGATE = "streamgate";

export const CONTENDERS: readonly Contender[] = [
  {
    name: STREAMGATE,
    find: ({ values, builds }) => findRegressions(values, { groups: builds }).map(({ at }) => at),
  },
  // As Mozilla's Perfherder describes its alerts: Student's t of 12 runs before and 12 after, above 7, at least 2 %.
  { name: "t-test of 12 and 12 runs, t > 7", find: ({ values }) => byStudent(values, 12, 7, 0.02) },
  // What many CI plug-ins do: this run against the mean of the last ones.
  {
    name: "run above 110 % of the last 10",
    find: ({ values }) => byThreshold(values, 10, 1.1),
  },
];

function byStudent(
  values: readonly number[],
  window: number,
  least: number,
  effect: number,
): number[] {
  const found: number[] = [];
  for (let at = window; at + window <= values.length; at += 1) {
    const before = momentsOf(values.slice(at - window, at));
    const after = momentsOf(values.slice(at, at + window));
    const error = Math.sqrt((before.variance + after.variance) / window);
    const t = (after.mean - before.mean) / (error || 1e-12);
    if (t > least && after.mean > before.mean * (1 + effect)) found.push(at);
  }
  return found;
}

function byThreshold(values: readonly number[], window: number, factor: number): number[] {
  const found: number[] = [];
  for (let at = window; at < values.length; at += 1) {
    const { mean } = momentsOf(values.slice(at - window, at));
    if ((values[at] ?? 0) > mean * factor) found.push(at);
  }
  return found;
}

function momentsOf(values: readonly number[]): {
  readonly mean: number;
  readonly variance: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
