import type { Chart } from "@streamgate/contract";
import type { LabelMatcher, SeriesGroup } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";
import { acrossOf, stepValue } from "../charts/step-value.ts";
import type { SteppedRange } from "../ranges/time-range.ts";
import { type ChartPlan, readResourceChart } from "../resources/resource-chart.ts";

const PLANS: readonly ChartPlan[] = [
  {
    id: "cache-reads",
    title: "Reads",
    unit: "per second",
    lines: [{ name: "streamgate_cache_requests", by: "outcome", reduction: { kind: "rate" } }],
  },
  {
    id: "cache-loads",
    title: "Loads from the source",
    unit: "per second",
    lines: [{ name: "streamgate_cache_loads", by: "outcome", reduction: { kind: "rate" } }],
  },
  {
    id: "cache-saved",
    title: "Time saved",
    unit: "ms per second",
    lines: [
      {
        name: "streamgate_cache_saved_seconds",
        by: "namespace",
        reduction: { kind: "rate" },
        scale: 1_000,
      },
    ],
  },
  {
    id: "cache-evictions",
    title: "Entries that left memory",
    unit: "per second",
    lines: [{ name: "streamgate_cache_evictions", by: "cause", reduction: { kind: "rate" } }],
  },
];

const MOST_LINES = 12;
const INCREASE = { kind: "increase" } as const;

/** The hit ratio of each namespace, then reads, loads, and what they saved. */
export async function readCacheCharts(
  source: SeriesSource,
  where: readonly LabelMatcher[],
  range: SteppedRange,
  hitRatioAtLeast: number,
): Promise<readonly Chart[]> {
  const context = { source, where, range };
  return Promise.all([
    readHitRatio(source, where, range, hitRatioAtLeast),
    ...PLANS.map(async (plan): Promise<Chart> => {
      const chart = await readResourceChart(plan, context);
      return plan.id === "cache-saved" ? { ...chart, rung: "estimated" } : chart;
    }),
  ]);
}

async function readHitRatio(
  source: SeriesSource,
  where: readonly LabelMatcher[],
  range: SteppedRange,
  hitRatioAtLeast: number,
): Promise<Chart> {
  const linesIn = async ({
    fromMs,
    toMs,
  }: Pick<SteppedRange, "fromMs" | "toMs">): Promise<Chart["lines"]> =>
    hitRatioLines(
      await source.aggregate({
        selector: { name: "streamgate_cache_requests", where },
        fromMs,
        toMs,
        stepMs: range.stepMs,
        by: ["namespace", "outcome"],
      }),
    );
  const [lines, compared] = await Promise.all([
    linesIn(range),
    range.compared === null ? undefined : linesIn(range.compared),
  ]);
  const latest = lines.flatMap(({ values }) => values.findLast((value) => value !== null) ?? []);
  return {
    id: "cache-hit-ratio",
    title: "Hit ratio",
    unit: "ratio",
    rung: "measured",
    startMs: range.fromMs,
    stepMs: range.stepMs,
    lines,
    ...(compared === undefined ? {} : { compared }),
    objective: {
      kind: "at least",
      value: hitRatioAtLeast,
      isMet: latest.length === 0 ? null : latest.every((value) => value >= hitRatioAtLeast),
    },
  };
}

/** One line a namespace, those that are read most. */
function hitRatioLines(groups: readonly SeriesGroup[]): Chart["lines"] {
  const byNamespace = new Map<string, SeriesGroup[]>();
  for (const group of groups) {
    const namespace = group.labels.namespace ?? "";
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), group]);
  }
  return [...byNamespace]
    .map(([namespace, outcomes]) => ({ namespace, outcomes, reads: readsOf(outcomes) }))
    .sort((one, other) => other.reads - one.reads)
    .slice(0, MOST_LINES)
    .map(({ namespace, outcomes }) => {
      const misses = outcomes.filter(({ labels }) => labels.outcome === "miss");
      const steps = outcomes[0]?.steps ?? [];
      return {
        label: namespace,
        labels: { namespace },
        values: steps.map((_, at) => {
          const reads = stepReads(outcomes, at);
          return reads > 0 ? 1 - stepReads(misses, at) / reads : null;
        }),
      };
    });
}

function readsOf(groups: readonly SeriesGroup[]): number {
  const steps = groups[0]?.steps ?? [];
  return steps.reduce((sum: number, _, at) => sum + stepReads(groups, at), 0);
}

function stepReads(groups: readonly SeriesGroup[], at: number): number {
  return stepValue(acrossOf(groups.map(({ steps }) => steps[at])), INCREASE) ?? 0;
}
