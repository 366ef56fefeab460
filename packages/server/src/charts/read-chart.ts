import type { Chart, ChartLine, Objective } from "@streamgate/contract";
import type { LabelMatcher, SeriesGroup } from "@streamgate/monitor";
import type { SteppedRange } from "../ranges/time-range.ts";
import type { SeriesSource } from "./series-source.ts";
import { type Statistic, stepValue, usualStatistic, wholeOf } from "./step-value.ts";

/** A chart of one metric, as it is to be read. */
export interface ChartRequest {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly name: string;
  readonly where: readonly LabelMatcher[];
  /** One line for each set of values of these labels; one in all where there are none. */
  readonly by: readonly string[];
  /** What fits the metric where it is absent. */
  readonly statistic?: Statistic | undefined;
  /** What values are multiplied by: 1000 from seconds to milliseconds. @default 1 */
  readonly scale?: number;
  readonly range: SteppedRange;
  readonly objective?: Objective;
  /** The most lines; those with the greatest values are kept. @default 20 */
  readonly limit?: number;
}

export interface ReadChart {
  readonly chart: Chart;
  /** Lines that were left out because there were too many. */
  readonly linesLeftOut: number;
}

const MOST_LINES = 20;

/** Reads the lines of a chart, and those of the range that it is compared with, moved onto its steps. */
export async function readChart(source: SeriesSource, request: ChartRequest): Promise<ReadChart> {
  const { id, title, unit, name, where, by, range, objective, limit = MOST_LINES } = request;
  const { stepMs, compared } = range;
  const read = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
    source.aggregate({ selector: { name, where }, fromMs, toMs, stepMs, by });
  const [groups, before] = await Promise.all([
    read(range),
    compared === null ? undefined : read(compared),
  ]);
  const statistic = request.statistic ?? usualStatistic(kindOf(groups) ?? "gauge");
  const { scale = 1 } = request;
  const ranked = byGreatest(groups, statistic);
  const lines = ranked.slice(0, limit).map((group) => lineOf(group, statistic, scale));
  const shown = new Set(lines.map(({ label }) => label));
  return {
    chart: {
      id,
      title,
      unit,
      rung: "measured",
      startMs: range.fromMs,
      stepMs,
      lines,
      ...(before === undefined
        ? {}
        : {
            compared: before
              .map((group) => lineOf(group, statistic, scale))
              .filter(({ label }) => shown.has(label)),
          }),
      ...(objective === undefined ? {} : { objective }),
    },
    linesLeftOut: ranked.length - lines.length,
  };
}

/** The value of each step of a group of series. */
function lineOf({ labels, steps }: SeriesGroup, statistic: Statistic, scale = 1): ChartLine {
  return {
    label: Object.values(labels).join(" "),
    labels,
    values: steps.map((step) => {
      const value = stepValue(step, statistic);
      return value === null ? null : value * scale;
    }),
  };
}

export function kindOf(
  groups: readonly SeriesGroup[],
): "counter" | "gauge" | "histogram" | undefined {
  for (const { steps } of groups)
    for (const step of steps) if (step !== undefined) return step.kind;
  return undefined;
}

/** Those of the greatest values over the whole range first; of equal ones in the order of their labels. */
function byGreatest(groups: readonly SeriesGroup[], statistic: Statistic): readonly SeriesGroup[] {
  const measured = groups.map((group) => ({
    group,
    value: stepValue(wholeOf(group.steps), statistic) ?? Number.NEGATIVE_INFINITY,
    label: Object.values(group.labels).join(" "),
  }));
  return measured
    .sort((left, right) =>
      left.value === right.value ? left.label.localeCompare(right.label) : right.value - left.value,
    )
    .map(({ group }) => group);
}
