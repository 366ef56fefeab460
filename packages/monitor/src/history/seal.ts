import type { MetricKind } from "@streamgate/telemetry";
import type { Point } from "../series/point.ts";
import { windowStart } from "../series/roll-up.ts";
import { type Breather, createBreather } from "./breather.ts";
import { addToChunks } from "./chunks.ts";
import type { HistoryDatabase, Query } from "./database.ts";
import { openFrame } from "./journal-frame.ts";
import { ensurePartitions } from "./partitions.ts";
import {
  holdMaintenanceLock,
  markStale,
  readTierStates,
  stateOf,
  type TierStates,
} from "./tier-states.ts";
import { type KeptTier, TIERS } from "./tiers.ts";

/** How long after its end a window is left open for writers that are a little late. */
export const SEAL_GRACE_MS = 5_000;
/** Rows of the journal that one transaction turns into chunks: what a second's writes of one metric leave in a window, and some. */
const MOST_ROWS = 400;
const STEP_TIMEOUT_MS = 60_000;
const JOURNAL_WINDOW_MS: number = TIERS[0]?.windowMs ?? 300_000;

/** Metrics of one window that are sealed together. */
interface SealBatch {
  readonly starts: number;
  readonly names: string[];
  rows: number;
}

type DueRow = {
  readonly name: string;
  readonly starts: number;
  readonly rows: number;
};

const FIND_DUE = `
select name, (extract(epoch from starts_at) * 1000)::float8 as starts, count(*)::integer as rows
from streamgate_monitor.journal where starts_at <= to_timestamp($1::float8 / 1000)
group by name, starts_at order by starts_at, name`;

/** Another process may have sealed some meanwhile: only what is still there counts. */
const READ_ROWS = `
select id, kind, payload from streamgate_monitor.journal
where starts_at = to_timestamp($1::float8 / 1000) and name = any($2::text[]) order by id limit $3`;

/**
 * Turns windows of the journal that have ended into chunks, a few metrics of a window a
 * transaction: a crash leaves each row either in the journal or in its chunks.
 *
 * @returns false when another process is at it
 */
export async function sealDueWindows(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
  nowMs: number,
): Promise<boolean> {
  const breathe = createBreather();
  const options = { tried: "seal points of the history", timeoutMs: STEP_TIMEOUT_MS };
  const endedMs = nowMs - SEAL_GRACE_MS - JOURNAL_WINDOW_MS;
  const due = await database.transaction(options, (query) => query<DueRow>(FIND_DUE, [endedMs]));
  for (const batch of batched(due)) {
    for (;;) {
      const outcome = await database.transaction(options, async (query) =>
        (await holdMaintenanceLock(query)) ? sealRows(query, tiers, batch, nowMs, breathe) : "busy",
      );
      if (outcome === "busy") return false;
      if (outcome === "done") break;
    }
  }
  // All rows of the journal are short-lived: its space is for the next ones at once, whatever autovacuum's pace.
  if (due.length > 0) await database.vacuum("streamgate_monitor.journal");
  return true;
}

function batched(due: readonly DueRow[]): readonly SealBatch[] {
  const batches: SealBatch[] = [];
  for (const { name, starts, rows } of due) {
    const open = batches.at(-1);
    if (open !== undefined && open.starts === starts && open.rows + rows <= MOST_ROWS) {
      open.names.push(name);
      open.rows += rows;
    } else batches.push({ starts, names: [name], rows });
  }
  return batches;
}

async function sealRows(
  query: Query,
  tiers: readonly KeptTier[],
  { starts, names }: SealBatch,
  nowMs: number,
  breathe: Breather,
): Promise<"done" | "more"> {
  const rows = await query<{
    readonly id: string;
    readonly kind: MetricKind;
    readonly payload: Buffer;
  }>(READ_ROWS, [starts, names, MOST_ROWS]);
  if (rows.length === 0) return "done";
  const bySeries = new Map<number, SealedSeries>();
  for (const { kind, payload } of rows) {
    const { seriesIds, points } = openFrame(payload, kind, starts);
    for (const [position, series] of seriesIds.entries()) {
      const point = points[position];
      if (point === undefined) continue;
      const held = bySeries.get(series);
      if (held === undefined) bySeries.set(series, { kind, points: [point] });
      else held.points.push(point);
    }
    await breathe();
  }
  await keep(query, tiers, starts, bySeries, nowMs, breathe);
  await query("delete from streamgate_monitor.journal where id = any($1::bigint[])", [
    rows.map(({ id }) => id),
  ]);
  return rows.length < MOST_ROWS ? "done" : "more";
}

interface SealedSeries {
  readonly kind: MetricKind;
  readonly points: Point[];
}

/** Adds the points to the finest tier that still keeps their time; what even the coarsest no longer keeps is let go. */
async function keep(
  query: Query,
  tiers: readonly KeptTier[],
  starts: number,
  bySeries: ReadonlyMap<number, SealedSeries>,
  nowMs: number,
  breathe: Breather,
): Promise<void> {
  const states = await readTierStates(query);
  const position = tiers.findIndex((tier) => isKept(tier, states, starts, nowMs));
  const tier = tiers[position];
  if (tier === undefined) return;
  const windowStartMs = windowStart(starts + 1, tier.windowMs);
  await ensurePartitions(query, tier, [windowStartMs]);
  const chunks = [...bySeries].map(([series, sealed]) => ({ series, windowStartMs, ...sealed }));
  await addToChunks(query, tier, position === 0 ? "payload" : "late", chunks, breathe);
  const coarser = tiers[position + 1];
  if (coarser === undefined) return;
  const coarserStart = windowStart(starts + 1, coarser.windowMs);
  await markStale(query, coarser, stateOf(states, coarser), coarserStart, [...bySeries.keys()]);
}

function isKept(tier: KeptTier, states: TierStates, starts: number, nowMs: number): boolean {
  const { keptFromMs } = stateOf(states, tier);
  const isYoungEnough = starts + JOURNAL_WINDOW_MS > nowMs - tier.retentionMs;
  return isYoungEnough && windowStart(starts + 1, tier.windowMs) >= keptFromMs;
}
