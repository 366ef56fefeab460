import type { Chart, ChartLine, Objective } from "@streamgate/contract";
import type { LabelMatcher } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";
import type { SteppedRange } from "../ranges/time-range.ts";
import { type Reduction, reduceStep } from "./reduction.ts";

/** Lines of one metric. */
interface LinesOf {
  readonly name: string;
  readonly where?: readonly LabelMatcher[];
  /** One line for each value of the label; one in all where it is absent. */
  readonly by?: string;
  readonly reduction: Reduction;
  /** What the line says; with the label's value behind it where there are several. @default the label's value */
  readonly label?: string;
  /** What values are multiplied by: 1000 from seconds to milliseconds. @default 1 */
  readonly scale?: number;
}

/** A chart, as it is to be read. */
export interface ChartPlan {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly LinesOf[];
  readonly objective?: Omit<Objective, "isMet">;
}

/** What every question of one view has in common. */
export interface ReadingContext {
  readonly source: SeriesSource;
  /** Of the service, the instance. */
  readonly where: readonly LabelMatcher[];
  readonly range: SteppedRange;
}

const MOST_LINES = 12;

/** Reads a chart: those lines with the greatest values where there are many. */
export async function readResourceChart(plan: ChartPlan, context: ReadingContext): Promise<Chart> {
  const { range } = context;
  const { fromMs, stepMs, compared } = range;
  const [lines, comparedLines] = await Promise.all([
    readLines(plan, context, range),
    compared === null ? undefined : readLines(plan, context, compared),
  ]);
  const { id, title, unit, objective } = plan;
  return {
    id,
    title,
    unit,
    rung: "measured",
    startMs: fromMs,
    stepMs,
    lines,
    ...(comparedLines === undefined ? {} : { compared: comparedLines }),
    ...(objective === undefined
      ? {}
      : { objective: { ...objective, isMet: isMet(objective, lines) } }),
  };
}

async function readLines(
  { lines }: ChartPlan,
  context: ReadingContext,
  stretch: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly ChartLine[]> {
  const read = await Promise.all(lines.map((wanted) => readMetric(wanted, context, stretch)));
  return read
    .flat()
    .map((line) => ({ line, height: meanOf(line.values) }))
    .sort((one, other) => other.height - one.height)
    .slice(0, MOST_LINES)
    .map(({ line }) => line);
}

async function readMetric(
  { name, where = [], by, reduction, label, scale = 1 }: LinesOf,
  { source, where: common, range }: ReadingContext,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly ChartLine[]> {
  const groups = await source.aggregate({
    selector: { name, where: [...common, ...where] },
    fromMs,
    toMs,
    stepMs: range.stepMs,
    by: by === undefined ? [] : [by],
  });
  return groups.map((group) => {
    const value = by === undefined ? "" : (group.labels[by] ?? "");
    return {
      label: labelOf(label, value, groups.length),
      labels: value === "" ? {} : group.labels,
      values: group.steps.map((step) => scaled(reduceStep(group, step, reduction), scale)),
    };
  });
}

function labelOf(label: string | undefined, value: string, count: number): string {
  if (label === undefined) return value;
  return value === "" || count === 1 ? label : `${label}, ${value}`;
}

function scaled(value: number | null, scale: number): number | null {
  return value === null ? null : value * scale;
}

function meanOf(values: readonly (number | null)[]): number {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Of what was read last. */
function isMet(
  { kind, value: bound }: Omit<Objective, "isMet">,
  lines: readonly ChartLine[],
): boolean | null {
  const latest = lines.flatMap(({ values }) => values.findLast((value) => value !== null) ?? []);
  if (latest.length === 0) return null;
  return latest.every((value) => (kind === "at most" ? value <= bound : value >= bound));
}
