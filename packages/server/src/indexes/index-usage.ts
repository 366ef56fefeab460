import type { IndexSummary, IndexUsage } from "@streamgate/contract";
import type { SeriesGroup } from "@streamgate/monitor";
import { qualify } from "@streamgate/pg-advisor";
import type { Platform } from "../platform/platform.ts";
import { type IndexDay, readDays } from "./index-days.ts";
import { INDEX_SERIES } from "./index-points.ts";
import type { IndexReading } from "./index-reading.ts";
import { indexId } from "./index-views.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 24;
const DAYS = 30;

/** What usage is read with. */
export interface UsageParts extends Pick<Platform, "clock"> {
  readonly series: Pick<Platform["series"], "aggregate">;
  readonly tables: Pick<Platform["tables"], "query">;
}

/** These summaries with how their indexes were used of late: by the hour where there are series, else by the day. */
export async function withUsage(
  { series, tables, clock }: UsageParts,
  summaries: readonly IndexSummary[],
  readings: readonly IndexReading[],
): Promise<readonly IndexSummary[]> {
  if (summaries.length === 0) return summaries;
  const byId = new Map(readings.map((one) => [indexId(one.database, one.portrait.index), one]));
  const nowMs = clock.now().getTime();
  const toMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
  const hours = await series
    .aggregate({
      selector: { name: INDEX_SERIES.scans, where: [] },
      fromMs: toMs - HOURS * HOUR_MS,
      toMs,
      stepMs: HOUR_MS,
      by: ["database", "index"],
    })
    // Without a history there are the days.
    .catch((): readonly SeriesGroup[] => []);
  const hoursByKey = new Map(hours.map((group) => [keyOf(group.labels), group]));
  const groupOf = (reading: IndexReading): SeriesGroup | undefined =>
    hoursByKey.get(keyOf(labelsOf(reading)));
  const wanted = summaries.flatMap(({ id }) => byId.get(id) ?? []);
  const others = wanted.filter((one) => groupOf(one) === undefined);
  const days = await daysOf(tables, others, nowMs);
  return summaries.map((summary) => {
    const reading = byId.get(summary.id);
    if (reading === undefined) return summary;
    const group = groupOf(reading);
    const usage =
      group === undefined
        ? byDay(days.get(summary.id) ?? [], nowMs)
        : byHour(group, toMs - HOURS * HOUR_MS);
    return { ...summary, usage };
  });
}

function byHour({ steps }: SeriesGroup, startMs: number): IndexUsage {
  return {
    startMs,
    stepMs: HOUR_MS,
    scans: steps.map((step) => (step?.kind === "counter" ? step.increase : null)),
  };
}

function byDay(days: readonly IndexDay[], nowMs: number): IndexUsage {
  const startMs = (Math.floor(nowMs / DAY_MS) + 1 - DAYS) * DAY_MS;
  if (days.length === 0) return { startMs, stepMs: DAY_MS, scans: [] };
  const scans = new Array<number | null>(DAYS).fill(null);
  for (const { ago, scans: count } of days) scans[DAYS - 1 - ago] = count;
  return { startMs, stepMs: DAY_MS, scans };
}

async function daysOf(
  { query }: UsageParts["tables"],
  readings: readonly IndexReading[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly IndexDay[]>> {
  const found = new Map<string, IndexDay[]>();
  if (readings.length === 0) return found;
  const wanted = readings.map(({ database, portrait: { index } }) => ({
    database,
    schema: index.schema,
    name: index.name,
  }));
  const today = new Date(nowMs).toISOString().slice(0, 10);
  for (const day of await readDays(query, wanted, today, DAYS)) {
    const id = indexId(day.database, day);
    const known = found.get(id);
    if (known === undefined) found.set(id, [day]);
    else known.push(day);
  }
  return found;
}

function labelsOf({
  database,
  portrait: { index },
}: IndexReading): Readonly<Record<string, string>> {
  return { database, index: qualify(index) };
}

function keyOf({ database = "", index = "" }: Readonly<Record<string, string>>): string {
  return JSON.stringify([database, index]);
}
