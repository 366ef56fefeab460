import { badMetricDefinition } from "./errors.ts";
import type { MetricKind } from "./metric-family.ts";

/** What a metric is. */
export interface MetricDefinition<Names extends readonly string[] = readonly string[]> {
  /** `[a-zA-Z_:][a-zA-Z0-9_:]*`, ending in its unit where it has one, without `_total`. */
  readonly name: string;
  /** One sentence for whoever reads it at 3 a.m. */
  readonly help: string;
  /**
   * As OpenMetrics spells it: `seconds`, `bytes`, `ratio`; empty where there is none.
   *
   * @default ""
   */
  readonly unit?: string;
  /**
   * `[a-zA-Z_][a-zA-Z0-9_]*`, in the order in which `with` takes the values.
   *
   * @default []
   */
  readonly labelNames?: Names;
}

/** What a histogram is. */
export interface HistogramDefinition<Names extends readonly string[] = readonly string[]>
  extends MetricDefinition<Names> {
  /**
   * Boundaries (`le`) of the classic buckets in text formats, ascending; each is moved to the nearest boundary of the histogram's own
   * buckets (at most 1.6 %), so that its count is exact. Powers of two stay where they are.
   *
   * @default powers of two fit for the unit
   */
  readonly boundaries?: readonly number[];
}

/** A text for each label name. */
export type LabelValues<Names extends readonly string[]> = {
  readonly [Position in keyof Names]: string;
};

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const UNIT = /^[a-zA-Z0-9_]*$/;
/** Suffixes that the text formats put behind the name themselves. */
const OWN_SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: ["_total"],
  histogram: ["_bucket", "_sum", "_count", "_created", "_total"],
};
const OWN_LABELS: readonly string[] = ["le", "quantile"];

/** @throws SG_TELEMETRY_BAD_METRIC where a scraper would refuse it */
export function checkDefinition(kind: MetricKind, definition: MetricDefinition): void {
  const { name, unit = "", labelNames = [] } = definition;
  const problem =
    nameProblem(kind, name, unit) ?? labelProblem(labelNames) ?? boundaryProblem(definition);
  if (problem !== undefined) throw badMetricDefinition(String(name), problem);
}

function nameProblem(kind: MetricKind, name: string, unit: string): string | undefined {
  if (!METRIC_NAME.test(name)) return `the name must match ${METRIC_NAME.source}`;
  if (!UNIT.test(unit)) return `the unit ${JSON.stringify(unit)} must match ${UNIT.source}`;
  const suffix = OWN_SUFFIXES[kind].find((each) => name.endsWith(each));
  if (suffix !== undefined) return `the text formats put ${suffix} there themselves: leave it out`;
  if (unit !== "" && !name.endsWith(`_${unit}`)) return `the name must end in its unit, _${unit}`;
  return undefined;
}

function labelProblem(labelNames: readonly string[]): string | undefined {
  const bad = labelNames.find((name) => !LABEL_NAME.test(name) || name.startsWith("__"));
  if (bad !== undefined)
    return `the label name ${JSON.stringify(bad)} must match ${LABEL_NAME.source} and not begin with __`;
  const own = labelNames.find((name) => OWN_LABELS.includes(name));
  if (own !== undefined) return `the label name ${own} belongs to the text formats`;
  if (new Set(labelNames).size < labelNames.length) return "two labels have the same name";
  return undefined;
}

function boundaryProblem(definition: HistogramDefinition): string | undefined {
  const { boundaries } = definition;
  if (boundaries === undefined) return undefined;
  const isFit = boundaries.every(
    (boundary, place) =>
      Number.isFinite(boundary) && boundary >= 0 && !(boundary <= (boundaries[place - 1] ?? -1)),
  );
  return isFit ? undefined : "the boundaries must be finite, at least 0 and ascending";
}
