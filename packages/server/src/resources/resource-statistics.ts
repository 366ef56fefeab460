import type { Figure, Objective, ResourceStatistics } from "@streamgate/contract";
import { measured } from "../figures/figure.ts";
import type { FigureObjectives } from "../platform/platform-configuration.ts";
import { type Reduction, reduceWhole } from "./reduction.ts";
import type { ReadingContext } from "./resource-chart.ts";

/** A figure of a process over a range. */
export interface FigurePlan {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly name: string;
  readonly reduction: Reduction;
  /** @default 1 */
  readonly scale?: number;
  readonly objective?: Omit<Objective, "isMet">;
}

const LAST: Reduction = { kind: "last" };
const MEAN: Reduction = { kind: "mean" };

export function memoryFigures({ memoryBytes }: FigureObjectives): readonly FigurePlan[] {
  const bytes = (id: string, title: string, name: string): FigurePlan => ({
    id,
    title,
    unit: "bytes",
    name,
    reduction: LAST,
  });
  return [
    {
      ...bytes("resident", "memory of the process", "process_memory_usage_bytes"),
      objective: { kind: "at most", value: memoryBytes },
    },
    bytes("heap-used", "heap in use", "v8js_memory_heap_used_bytes"),
    bytes("heap-floor", "heap held after a collection", "v8js_memory_heap_floor_bytes"),
    bytes("heap-limit", "limit of the heap", "v8js_memory_heap_limit_bytes"),
    bytes("memory-limit", "limit of the memory", "process_memory_limit_bytes"),
    {
      id: "gc-share",
      title: "time spent collecting garbage",
      unit: "ratio",
      name: "v8js_gc_duration_seconds",
      reduction: { kind: "share of time" },
    },
  ];
}

export function cpuFigures({ cpuRatio }: FigureObjectives): readonly FigurePlan[] {
  return [
    {
      id: "cpu-share",
      title: "CPU of what it may use",
      unit: "ratio",
      name: "process_cpu_utilization_ratio",
      reduction: MEAN,
      objective: { kind: "at most", value: cpuRatio },
    },
    {
      id: "cpu-cores",
      title: "CPU",
      unit: "cores",
      name: "process_cpu_time_seconds",
      reduction: { kind: "rate" },
    },
    {
      id: "throttled",
      title: "time held back by its quota",
      unit: "ratio",
      name: "streamgate_process_cpu_throttled_seconds",
      reduction: { kind: "rate" },
    },
    {
      id: "loop-utilization",
      title: "event loop at work",
      unit: "ratio",
      name: "nodejs_eventloop_utilization_ratio",
      reduction: MEAN,
    },
    {
      id: "loop-delay-p99",
      title: "delay of the event loop, 99th percentile",
      unit: "ms",
      name: "nodejs_eventloop_delay_seconds",
      reduction: { kind: "quantile", quantile: 0.99 },
      scale: 1_000,
    },
  ];
}

type Item = ResourceStatistics["items"][number];

/** The figures of every process that said something in the range, or did in that which it is compared with. */
export async function readStatistics(
  plans: readonly FigurePlan[],
  context: ReadingContext,
): Promise<readonly Item[]> {
  const { range } = context;
  const [now, before] = await Promise.all([
    readFigures(plans, context, range),
    range.compared === null ? undefined : readFigures(plans, context, range.compared),
  ]);
  const items = [...now].map(([process, values]): Item => {
    const [service = "", instance = ""] = JSON.parse(process) as readonly string[];
    const earlier = before?.get(process);
    const figures = plans.map((plan, place) => ({
      id: plan.id,
      title: plan.title,
      figure: figureOf(
        plan,
        values[place] ?? null,
        before === undefined ? undefined : (earlier?.[place] ?? null),
      ),
    }));
    return { service, instance, figures };
  });
  return items.sort((one, other) =>
    `${one.service} ${one.instance}` < `${other.service} ${other.instance}` ? -1 : 1,
  );
}

type Values = (number | null)[];

/** By process, in the order of the plans. */
async function readFigures(
  plans: readonly FigurePlan[],
  { source, where, range }: ReadingContext,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, Values>> {
  const found = new Map<string, Values>();
  const { stepMs } = range;
  await Promise.all(
    plans.map(async ({ name, reduction, scale = 1 }, place) => {
      const by = ["service", "instance"];
      const groups = await source.aggregate({
        selector: { name, where },
        fromMs,
        toMs,
        stepMs,
        by,
      });
      for (const group of groups) {
        const { service = "", instance = "" } = group.labels;
        const process = JSON.stringify([service, instance]);
        const values = found.get(process) ?? plans.map(() => null);
        found.set(process, values);
        const value = reduceWhole(group, reduction);
        values[place] = value === null ? null : value * scale;
      }
    }),
  );
  return found;
}

function figureOf(
  { unit, objective }: FigurePlan,
  value: number | null,
  compared: number | null | undefined,
): Figure {
  return {
    ...measured(value, unit),
    ...(compared === undefined ? {} : { compared }),
    ...(objective === undefined
      ? {}
      : { objective: { ...objective, isMet: isMet(objective, value) } }),
  };
}

function isMet(
  { kind, value: bound }: Omit<Objective, "isMet">,
  value: number | null,
): boolean | null {
  if (value === null) return null;
  return kind === "at most" ? value <= bound : value >= bound;
}
