import type { NowFigure, Objective } from "@streamgate/contract";
import type { FigureObjectives } from "../platform/platform-configuration.ts";
import { stepsIn } from "../ranges/steps.ts";
import type { SteppedRange } from "../ranges/time-range.ts";
import { finiteOrNull } from "./figure.ts";
import { type FigureValues, figuresOfAll, figuresOfStep } from "./figure-values.ts";
import type { FigureSeries } from "./read-figure-series.ts";

type FigureId = NowFigure["id"];

interface FigureWords {
  readonly id: FigureId;
  readonly title: string;
  readonly subtitle: string;
  readonly unit: string;
}

/** In the order in which they are shown. */
const FIGURES: readonly FigureWords[] = [
  { id: "latency", title: "Latency", subtitle: "95th percentile of all requests", unit: "ms" },
  { id: "throughput", title: "Throughput", subtitle: "requests a second", unit: "per second" },
  { id: "errors", title: "Errors", subtitle: "share of requests that failed", unit: "ratio" },
  { id: "cache", title: "Cache", subtitle: "share of look-ups that hit", unit: "ratio" },
  { id: "database", title: "Database", subtitle: "mean of a statement", unit: "ms" },
  { id: "cpu", title: "CPU", subtitle: "of what a process may use", unit: "ratio" },
];

/** What a figure should be; undefined where nothing is asked of it. */
export function objectiveOf(
  id: FigureId,
  value: number | null,
  objectives: FigureObjectives,
): Objective | undefined {
  const wanted = WANTED[id];
  if (wanted === undefined) return undefined;
  const bound = wanted.of(objectives);
  const { kind } = wanted;
  const isMet = value === null ? null : kind === "at most" ? value <= bound : value >= bound;
  return { kind, value: bound, isMet };
}

const WANTED: Readonly<
  Partial<Record<FigureId, { readonly kind: Objective["kind"]; of(one: FigureObjectives): number }>>
> = {
  latency: { kind: "at most", of: ({ latencyP95Ms }) => latencyP95Ms },
  errors: { kind: "at most", of: ({ errorShare }) => errorShare },
  cache: { kind: "at least", of: ({ cacheHitRatio }) => cacheHitRatio },
  database: { kind: "at most", of: ({ databaseMeanMs }) => databaseMeanMs },
  cpu: { kind: "at most", of: ({ cpuRatio }) => cpuRatio },
};

export interface NowFigureParts {
  readonly range: SteppedRange;
  readonly series: FigureSeries;
  /** Over the range that is compared with; null where nothing is. */
  readonly before: FigureSeries | null;
  /** Of the last seconds, where the range ends now. */
  readonly latest: FigureValues | null;
  readonly objectives: FigureObjectives;
}

/** The six figures with their charts. Where the range ends now they are those of the last seconds, as the ticks that follow are. */
export function nowFigures(parts: NowFigureParts): readonly NowFigure[] {
  const { range, series, before, latest, objectives } = parts;
  const { fromMs, toMs, stepMs } = range;
  const steps = Array.from({ length: stepsIn(toMs - fromMs, stepMs) }, (_, step) => step);
  const lines = steps.map((step) => figuresOfStep(series, step));
  const earlier = before === null ? null : steps.map((step) => figuresOfStep(before, step));
  const all = figuresOfAll(series);
  const allBefore = before === null ? null : figuresOfAll(before);
  return FIGURES.map(({ id, title, subtitle, unit }) => {
    const value = rounded(latest?.[id] ?? all[id]);
    const objective = objectiveOf(id, value, objectives);
    const withObjective = objective === undefined ? {} : { objective };
    const lineOf = (values: readonly FigureValues[]) => ({
      label: "",
      labels: {},
      values: values.map((one) => rounded(one[id])),
    });
    return {
      id,
      title,
      subtitle,
      figure: {
        value,
        unit,
        rung: "measured",
        ...(allBefore === null ? {} : { compared: rounded(allBefore[id]) }),
        ...withObjective,
      },
      chart: {
        id,
        title,
        unit,
        rung: "measured",
        startMs: fromMs,
        stepMs,
        lines: [lineOf(lines)],
        ...(earlier === null ? {} : { compared: [lineOf(earlier)] }),
        ...withObjective,
      },
    };
  });
}

/** Five digits: more is noise, and takes room on the first screen. */
function rounded(value: number | null): number | null {
  const known = finiteOrNull(value);
  return known === null ? null : Number(known.toPrecision(5));
}
