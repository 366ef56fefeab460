import type { SeriesGroup, StepTotal } from "@streamgate/monitor";
import { acrossOf, stepValue, wholeOf } from "../charts/step-value.ts";
import type { FigureSeries } from "./read-figure-series.ts";

/** The six figures. Null: not known. */
export interface FigureValues {
  /** 95th percentile, ms. */
  readonly latency: number | null;
  /** Requests a second. */
  readonly throughput: number | null;
  /** Share of requests that failed. */
  readonly errors: number | null;
  /** Share of look-ups that were answered. */
  readonly cache: number | null;
  /** Mean of a statement, ms. */
  readonly database: number | null;
  /** Share of the cores that a process may use, mean over processes. */
  readonly cpu: number | null;
}

const SECOND_MS = 1_000;

/** Of one step, by its index. */
export function figuresOfStep(series: FigureSeries, step: number): FigureValues {
  return figuresOf(series, ({ steps }) => steps[step]);
}

/** Of all steps together. */
export function figuresOfAll(series: FigureSeries): FigureValues {
  return figuresOf(series, ({ steps }) => wholeOf(steps));
}

function figuresOf(
  series: FigureSeries,
  pick: (group: SeriesGroup) => StepTotal | undefined,
): FigureValues {
  const sum = (groups: readonly SeriesGroup[]): StepTotal | undefined => acrossOf(groups.map(pick));
  const { requests, cache, calls, databaseCalls, databaseSeconds, cpu } = series;
  const all = sum(requests);
  const looked = stepValue(sum(cache), { kind: "increase" });
  const missed = stepValue(sum(cache.filter(isMiss)), { kind: "increase" }) ?? 0;
  const seen = stepValue(sum(calls.filter(isOfPostgres)), { kind: "mean" });
  const counted = share(
    stepValue(sum(databaseSeconds), { kind: "increase" }),
    stepValue(sum(databaseCalls), { kind: "increase" }),
  );
  return {
    latency: scaled(stepValue(all, { kind: "quantile", quantile: 0.95 }), SECOND_MS),
    throughput: stepValue(all, { kind: "rate" }),
    errors: share(countOf(sum(requests.filter(isFailed))), countOf(all)),
    cache: looked === null || looked === 0 ? null : (looked - missed) / looked,
    database: scaled(seen ?? counted, SECOND_MS),
    cpu: stepValue(sum(cpu), { kind: "mean" }),
  };
}

export function isFailed({ labels }: Pick<SeriesGroup, "labels">): boolean {
  return labels.http_response_status_code?.startsWith("5") === true;
}

function isMiss({ labels }: SeriesGroup): boolean {
  return labels.outcome === "miss";
}

function isOfPostgres({ labels }: SeriesGroup): boolean {
  return labels.db_system_name === "postgresql";
}

function countOf(total: StepTotal | undefined): number {
  return stepValue(total, { kind: "increase" }) ?? 0;
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
