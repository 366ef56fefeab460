import type { SeriesGroup } from "@streamgate/monitor";
import { type Statistic, stepValue, wholeOf } from "../charts/step-value.ts";

/** What is read of a group of series. */
export type Reduction =
  | Statistic
  /** Of histograms that record seconds: the share of the time that went by, the mean over the processes. */
  | { readonly kind: "share of time" };

type Step = SeriesGroup["steps"][number];

/** Null where nothing was read, or nothing happened of which there is a value. */
export function reduceStep(
  { series }: Pick<SeriesGroup, "series">,
  step: Step,
  reduction: Reduction,
): number | null {
  if (reduction.kind !== "share of time") return stepValue(step, reduction);
  if (step?.kind !== "histogram" || step.spanMs <= 0) return null;
  return step.data.sum / (step.spanMs / 1_000) / Math.max(1, series);
}

/** All steps together. */
export function reduceWhole(group: SeriesGroup, reduction: Reduction): number | null {
  return reduceStep(group, wholeOf(group.steps), reduction);
}
