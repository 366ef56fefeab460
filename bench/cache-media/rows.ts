import type { BenchRow, BenchVerdict } from "../contract.ts";
import { bestOf, medianOf } from "../support/cost.ts";
import type { FormFigures } from "./measure-form.ts";
import type { ReadCounts } from "./read-counts.ts";

const LEAST_HIT_RATIO = 0.98;
const LEAST_SAVED = 0.9;

/** Both forms by each figure; the ratios are of the form without a cache. */
export function rowsOf(uncached: FormFigures, cached: FormFigures): readonly BenchRow[] {
  const compare = (
    metric: string,
    unit: string,
    valuesOf: (figures: FormFigures) => readonly number[],
  ): readonly BenchRow[] => {
    const base = medianOf(valuesOf(uncached));
    return [uncached, cached].map((figures) => {
      const values = valuesOf(figures);
      const median = medianOf(values);
      return {
        subject: figures.form,
        metric,
        unit,
        median,
        best: bestOf(values),
        ratio: median / base,
      };
    });
  };
  return [
    ...compare("database statements", "a request", (figures) => [statementsARequest(figures)]),
    ...compare("CPU of all processes", "ms a request", (figures) => [
      figures.cpuMs / requestsOf(figures),
    ]),
    ...compare("median latency", "ms", ({ traffic }) =>
      traffic.map(({ p50Ms }) => p50Ms ?? Number.NaN),
    ),
    ...compare("p95 latency", "ms", ({ traffic }) =>
      traffic.map(({ p95Ms }) => p95Ms ?? Number.NaN),
    ),
    ...hitRatioRows(cached),
    ...staleRows(cached),
  ];
}

export function verdictOf(uncached: FormFigures, cached: FormFigures): BenchVerdict {
  const hitRatio = cached.reads === undefined ? 0 : hitRatioOf(cached.reads);
  const saved = 1 - statementsARequest(cached) / statementsARequest(uncached);
  const { stale, writes } = cached.stale;
  const errors = [uncached, cached].flatMap(({ traffic }) => traffic.map((each) => each.errors));
  const unexpected = errors.reduce((sum, each) => sum + each, 0);
  return {
    goal: "at least 98 % of the reads answered without a load, 90 % fewer statements, no stale answer",
    value: `${percent(hitRatio)}, ${percent(saved)} fewer, ${stale} stale after ${writes} checked writes, ${unexpected} unexpected answers`,
    met: hitRatio >= LEAST_HIT_RATIO && saved >= LEAST_SAVED && stale === 0 && unexpected === 0,
  };
}

function hitRatioRows({ form, reads }: FormFigures): readonly BenchRow[] {
  if (reads === undefined) return [];
  const rowOf = (metric: string, value: number): BenchRow => ({
    subject: form,
    metric,
    unit: "%",
    median: value * 100,
    best: value * 100,
    ratio: 1,
  });
  return [
    rowOf("hit ratio", hitRatioOf(reads)),
    rowOf("hit ratio, had entries expired at their steady rate", hitRatioOf(aged(reads))),
    ...[...reads.byNamespace]
      .filter(([, { lookups }]) => lookups > 0)
      .map(([name, counts]) =>
        rowOf(`hit ratio of ${name}, ${counts.lookups} reads`, hitRatioOf(counts)),
      ),
  ];
}

function staleRows({ form, stale }: FormFigures): readonly BenchRow[] {
  const rowOf = (metric: string, unit: string, value: number): BenchRow => ({
    subject: form,
    metric,
    unit,
    median: value,
    best: value,
    ratio: 1,
  });
  return [
    rowOf("reads after a write", "judged", stale.reads),
    rowOf("stale answers", "found", stale.stale),
    rowOf("late within the lease, events by the other process", "found", stale.late),
    rowOf("longest such", "ms", stale.longestLateMs),
  ];
}

function statementsARequest(figures: FormFigures): number {
  return figures.statements / requestsOf(figures);
}

/** Of the traffic and of the checker, whose statements are counted too. */
function requestsOf({ traffic }: FormFigures): number {
  return traffic.reduce((sum, { completed }) => sum + completed, 0);
}

function hitRatioOf({ lookups, misses }: Pick<ReadCounts, "lookups" | "misses">): number {
  return lookups === 0 ? 0 : 1 - misses / lookups;
}

/** The run is shorter than the lifetimes; this is the same run with their share of loads. */
function aged({ lookups, misses, expiring }: ReadCounts): Pick<ReadCounts, "lookups" | "misses"> {
  return { lookups, misses: misses + expiring };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
