import type { Chart, ChartLine, Forecast, ForecastList } from "@streamgate/contract";
import type { LabelMatcher } from "@streamgate/monitor";
import { forecast } from "@streamgate/telemetry/statistics";
import { readChart } from "../charts/read-chart.ts";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { alignRange } from "../ranges/steps.ts";
import { instantOf } from "../ranges/time-range.ts";

/** Something that may run out: what is used, and what there is. */
interface Limited {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly name: string;
  readonly where: readonly LabelMatcher[];
  readonly by: readonly string[];
  readonly statistic:
    | { readonly kind: "mean" }
    | { readonly kind: "sum" }
    | { readonly kind: "max" };
  /** A number, or the gauge that says it, by the same labels. */
  readonly limit: number | string;
}

const LIMITED: readonly Limited[] = [
  {
    id: "memory",
    title: "Memory of the process",
    unit: "bytes",
    name: "process_memory_usage_bytes",
    where: [],
    by: ["service", "instance"],
    statistic: { kind: "mean" },
    limit: "process_memory_limit_bytes",
  },
  {
    id: "heap",
    title: "Heap after a major collection",
    unit: "bytes",
    name: "v8js_memory_heap_floor_bytes",
    where: [],
    by: ["service", "instance"],
    statistic: { kind: "mean" },
    limit: "v8js_memory_heap_limit_bytes",
  },
  {
    id: "disk",
    title: "Disk",
    unit: "ratio",
    name: "system_filesystem_utilization_ratio",
    where: [],
    by: ["service", "instance", "system_filesystem_mountpoint"],
    statistic: { kind: "max" },
    limit: 1,
  },
  {
    id: "connections",
    title: "Connections of the database",
    unit: "count",
    name: "streamgate_database_connections",
    where: [],
    by: ["database"],
    statistic: { kind: "sum" },
    limit: "streamgate_database_max_connections",
  },
  {
    id: "redis-memory",
    title: "Memory of Redis",
    unit: "bytes",
    name: "streamgate_redis_memory_bytes",
    where: [],
    by: ["redis"],
    statistic: { kind: "mean" },
    limit: "streamgate_redis_memory_limit_bytes",
  },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back is looked, the longest first: the first that is known well enough counts. */
const LOOKS = [
  { lengthMs: 7 * DAY_MS, stepMs: HOUR_MS },
  { lengthMs: DAY_MS, stepMs: HOUR_MS / 6 },
  { lengthMs: 3 * HOUR_MS, stepMs: HOUR_MS / 60 },
] as const;
/** Of a look's steps so many must be known. */
const LEAST_KNOWN_SHARE = 0.5;
const MOST_LINES = 6;
const CONFIDENCE = 0.8;

/** When memory, disks and connections run out, as far as their past tells. */
export async function listForecasts(
  platform: Pick<Platform, "clock" | "series">,
): Promise<ForecastList> {
  const found = await Promise.all(LIMITED.map((limited) => forecastsOf(platform, limited)));
  return { items: found.flat() };
}

async function forecastsOf(
  { clock, series }: Pick<Platform, "clock" | "series">,
  limited: Limited,
): Promise<readonly Forecast[]> {
  const nowMs = clock.now().getTime();
  for (const { lengthMs, stepMs } of LOOKS) {
    const range = alignRange({ fromMs: nowMs - lengthMs, toMs: nowMs, compared: null }, stepMs);
    const { chart } = await readChart(series, { ...limited, range, limit: MOST_LINES });
    const lines = chart.lines.filter(isKnownWell);
    if (lines.length === 0) continue;
    const limits = await limitsOf(series, limited, range);
    return lines.flatMap((line) => {
      const limit = limits(line.labels);
      return limit === undefined ? [] : [forecastOf(limited, chart, line, limit)];
    });
  }
  return [];
}

function isKnownWell({ values }: ChartLine): boolean {
  return values.filter((value) => value !== null).length >= LEAST_KNOWN_SHARE * values.length;
}

type LimitOf = (labels: Readonly<Record<string, string>>) => number | undefined;

async function limitsOf(
  series: Platform["series"],
  { limit, by, where, id, title, unit }: Limited,
  range: ReturnType<typeof alignRange>,
): Promise<LimitOf> {
  if (typeof limit === "number") return () => limit;
  const { chart } = await readChart(series, {
    ...{ id, title, unit, where, by, range },
    name: limit,
    statistic: { kind: "mean" },
  });
  const known = new Map(
    chart.lines.map(({ label, values }) => [label, values.findLast((value) => value !== null)]),
  );
  return (labels) => known.get(Object.values(labels).join(" ")) ?? undefined;
}

/** What was read, what is expected for as long again, and when the limit is reached. */
export function forecastOf(
  { id, title, unit }: Pick<Limited, "id" | "title" | "unit">,
  chart: Chart,
  line: ChartLine,
  limit: number,
): Forecast {
  const { stepMs, startMs } = chart;
  const seen = line.values;
  const endMs = startMs + seen.length * stepMs;
  const { steps, timeToReach } = forecast(
    seen.map((value) => value ?? Number.NaN),
    { horizonSteps: seen.length, floor: 0, confidence: CONFIDENCE },
  );
  const { median, low, high } = timeToReach(limit, "up", CONFIDENCE);
  const at = (step: number): string | null =>
    Number.isFinite(step) ? instantOf(Math.round(endMs + step * stepMs)) : null;
  const nothing = (count: number): null[] => new Array<null>(count).fill(null);
  const future = (label: string, of: (step: (typeof steps)[number]) => number): ChartLine => ({
    label,
    labels: line.labels,
    values: [...nothing(seen.length), ...steps.map(of)],
  });
  return {
    id,
    title,
    labels: line.labels,
    limit: measured(limit, unit),
    reachesAt: at(median),
    reachesEarliestAt: at(low),
    reachesLatestAt: at(high),
    chart: {
      ...chart,
      rung: "estimated",
      lines: [
        { label: "seen", labels: line.labels, values: [...seen, ...nothing(steps.length)] },
        future("expected", (step) => step.median),
        future("low", (step) => step.low),
        future("high", (step) => step.high),
      ],
      objective: { kind: "at most", value: limit, isMet: null },
    },
  };
}
