import type {
  Chart,
  ChartLine,
  DatabaseMetrics,
  DatabaseQuery,
  Figure,
} from "@streamgate/contract";
import type { SeriesGroup } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { readMarkers } from "../ranges/read-markers.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView, type SteppedRange } from "../ranges/time-range.ts";
import { type DatabaseGroups, readDatabaseSeries } from "./database-series.ts";
import { databaseSources } from "./database-sources.ts";
import { requireDatabase } from "./list-statements.ts";
import {
  combine,
  increases,
  lastOf,
  levels,
  type StepValues,
  scale,
  sumOf,
} from "./step-values.ts";

/** Series of one stretch of time, with the stretch. */
interface Sight {
  readonly groups: DatabaseGroups;
  readonly range: SteppedRange;
}

/** The databases as a whole over a stretch of time. */
export async function databaseMetrics(
  platform: Platform,
  query: DatabaseQuery,
): Promise<DatabaseMetrics> {
  requireDatabase(platform, query.database);
  const range = alignRange(await readRange(platform, query));
  const { series } = platform;
  const now = { range, groups: await readDatabaseSeries(series, range, query.database) };
  const before = await sightBefore(series, range, query.database);
  return {
    range: rangeView(range),
    figures: FIGURES.map(({ id, title, unit, read }) => ({
      id,
      title,
      figure: {
        ...measured(read(now), unit),
        ...(before === null ? {} : { compared: read(before) }),
      } satisfies Figure,
    })),
    charts: CHARTS.map((chart) => chartOf(chart, now, before)),
    markers: await readMarkers(platform, range),
    sources: databaseSources(platform, query.database),
  };
}

async function sightBefore(
  source: SeriesSource,
  { compared, stepMs }: SteppedRange,
  database: string | undefined,
): Promise<Sight | null> {
  if (compared === null) return null;
  const { fromMs, toMs } = compared;
  const range = { fromMs, toMs, stepMs, compared: null };
  return { range, groups: await readDatabaseSeries(source, range, database) };
}

interface FigureKind {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly read: (sight: Sight) => number | null;
}

const FIGURES: readonly FigureKind[] = [
  { id: "calls", title: "Calls", unit: "per second", read: (sight) => rateOf(sight, "calls") },
  {
    id: "mean",
    title: "Mean time a call",
    unit: "ms",
    read: (sight) => over(total(sight, "seconds"), total(sight, "calls"), 1_000),
  },
  {
    id: "load",
    title: "Statements under way",
    unit: "count",
    read: (sight) => rateOf(sight, "seconds"),
  },
  { id: "hit-ratio", title: "Blocks found in memory", unit: "ratio", read: hitRatioOf },
  {
    id: "transactions",
    title: "Transactions",
    unit: "per second",
    read: (sight) => rateOf(sight, "transactions"),
  },
  {
    id: "connections",
    title: "Connections",
    unit: "count",
    read: (sight) => last(sight, "connections"),
  },
  {
    id: "connections-used",
    title: "Connections of those allowed",
    unit: "ratio",
    read: (sight) => over(last(sight, "connections"), last(sight, "mostConnections"), 1),
  },
  {
    id: "longest-transaction",
    title: "Longest transaction",
    unit: "ms",
    read: (sight) => highest(sight.groups.longestTransaction, 1_000),
  },
  {
    id: "waiting-locks",
    title: "Waiting for locks",
    unit: "count",
    read: (sight) => highest(sight.groups.waitingLocks, 1),
  },
  {
    id: "deadlocks",
    title: "Deadlocks",
    unit: "count",
    read: (sight) => total(sight, "deadlocks"),
  },
  {
    id: "temp-bytes",
    title: "Written to temporary files",
    unit: "bytes",
    read: (sight) => total(sight, "tempBytes"),
  },
  {
    id: "replication-lag",
    title: "Replication lag",
    unit: "ms",
    read: (sight) => highest(sight.groups.replicationLag, 1_000),
  },
  { id: "size", title: "Size", unit: "bytes", read: (sight) => last(sight, "sizeBytes") },
];

interface ChartKind {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: (sight: Sight) => readonly ChartLine[];
}

const CHARTS: readonly ChartKind[] = [
  {
    id: "load",
    title: "Statements under way",
    unit: "count",
    lines: (sight) =>
      byLabel(sight, "database", (of) => perSecond(of(sight.groups.seconds), sight.range)),
  },
  {
    id: "calls",
    title: "Calls",
    unit: "per second",
    lines: (sight) =>
      byLabel(sight, "database", (of) => perSecond(of(sight.groups.calls), sight.range)),
  },
  {
    id: "mean",
    title: "Mean time a call",
    unit: "ms",
    lines: (sight) =>
      byLabel(sight, "database", (of) =>
        combine(
          increases(of(sight.groups.seconds), sight.range),
          increases(of(sight.groups.calls), sight.range),
          (seconds, calls) => (seconds / calls) * 1_000,
        ),
      ),
  },
  {
    id: "hit-ratio",
    title: "Blocks found in memory",
    unit: "ratio",
    lines: (sight) =>
      byLabel(sight, "database", (of) =>
        combine(
          increases(of(sight.groups.blocksHit), sight.range),
          increases(of(sight.groups.blocksRead), sight.range),
          (hit, read) => hit / (hit + read),
        ),
      ),
  },
  {
    id: "connections",
    title: "Connections by state",
    unit: "count",
    lines: (sight) =>
      byLabel(sight, "state", (of) => levels(of(sight.groups.connections), sight.range)),
  },
  {
    id: "waits",
    title: "Working sessions by what they wait for",
    unit: "count",
    lines: (sight) => byLabel(sight, "wait", (of) => levels(of(sight.groups.waits), sight.range)),
  },
  {
    id: "waiting-locks",
    title: "Waiting for locks",
    unit: "count",
    lines: (sight) =>
      byLabel(sight, "database", (of) => levels(of(sight.groups.waitingLocks), sight.range)),
  },
  {
    id: "size",
    title: "Size",
    unit: "bytes",
    lines: (sight) =>
      byLabel(sight, "database", (of) => levels(of(sight.groups.sizeBytes), sight.range)),
  },
];

function chartOf({ id, title, unit, lines }: ChartKind, now: Sight, before: Sight | null): Chart {
  return {
    id,
    title,
    unit,
    rung: "measured",
    startMs: now.range.fromMs,
    stepMs: now.range.stepMs,
    lines: lines(now),
    ...(before === null ? {} : { compared: lines(before) }),
  };
}

type Chooser = (groups: readonly SeriesGroup[]) => readonly SeriesGroup[];

/** One line for each value of a label; those without any point are left out. */
function byLabel(
  { groups }: Sight,
  label: string,
  valuesOf: (of: Chooser) => StepValues,
): readonly ChartLine[] {
  const ofSessions: Partial<Record<string, readonly SeriesGroup[]>> = {
    state: groups.connections,
    wait: groups.waits,
  };
  const source = ofSessions[label] ?? Object.values(groups).flat();
  const names = new Set(source.map(({ labels }) => labels[label] ?? ""));
  return [...names].sort().flatMap((name) => {
    const values = valuesOf((all) => all.filter(({ labels }) => (labels[label] ?? "") === name));
    const hasPoints = values.some((value) => value !== null);
    return hasPoints ? [{ label: name, labels: { [label]: name }, values }] : [];
  });
}

function perSecond(groups: readonly SeriesGroup[], range: SteppedRange): StepValues {
  return scale(increases(groups, range), 1_000 / range.stepMs);
}

function total({ groups, range }: Sight, series: keyof DatabaseGroups): number | null {
  return sumOf(increases(groups[series], range));
}

/** Over the time that was read, which may be less than the range. */
function rateOf(sight: Sight, series: keyof DatabaseGroups): number | null {
  const spans = sight.groups[series].map(({ steps }) =>
    steps.reduce((sum, step) => sum + (step?.kind === "counter" ? step.spanMs : 0), 0),
  );
  const readMs = Math.max(0, ...spans);
  return over(total(sight, series), readMs === 0 ? null : readMs, 1_000);
}

function hitRatioOf(sight: Sight): number | null {
  const hit = total(sight, "blocksHit");
  const read = total(sight, "blocksRead");
  return over(hit, hit === null || read === null ? null : hit + read, 1);
}

function last({ groups, range }: Sight, series: keyof DatabaseGroups): number | null {
  return lastOf(levels(groups[series], range));
}

function highest(groups: readonly SeriesGroup[], factor: number): number | null {
  let most: number | null = null;
  for (const { steps } of groups)
    for (const step of steps)
      if (step?.kind === "gauge") most = Math.max(most ?? step.max, step.max);
  return most === null ? null : most * factor;
}

/** Null where either is not known, or there is nothing to divide by. */
function over(part: number | null, whole: number | null, factor: number): number | null {
  return part === null || whole === null || whole === 0 ? null : (part * factor) / whole;
}
