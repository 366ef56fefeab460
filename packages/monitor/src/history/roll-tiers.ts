import type { MetricKind } from "@streamgate/telemetry";
import { unpackChunk } from "../series/chunk.ts";
import type { Point } from "../series/point.ts";
import { rollUp, windowStart } from "../series/roll-up.ts";
import { type Breather, createBreather } from "./breather.ts";
import { CHUNK_COLUMNS, type ChunkRow, type NewChunk, pointsOf, putChunks } from "./chunks.ts";
import type { HistoryDatabase, Query } from "./database.ts";
import { ensurePartitions } from "./partitions.ts";
import { SEAL_GRACE_MS } from "./seal.ts";
import {
  holdMaintenanceLock,
  markStale,
  readTierStates,
  setRolled,
  stateOf,
} from "./tier-states.ts";
import type { KeptTier, Tier } from "./tiers.ts";

/** Series that one transaction rolls up. */
const SLICE = 200;
const STEP_TIMEOUT_MS = 60_000;

type Outcome = "busy" | "done" | "more";
type Chunk = ChunkRow & { readonly [column: string]: unknown };

/**
 * Rolls up each window of each tier that has ended, from the tier below it: a slice of series a
 * transaction, which notes how far it came, so that a restart goes on there and processes share the
 * work. A window's chunk is a function of the finer chunks, so doing it twice changes nothing.
 *
 * @returns false when another process is at it
 */
export async function rollUpTiers(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
  nowMs: number,
): Promise<boolean> {
  const breathe = createBreather();
  for (const [position, finer] of tiers.entries()) {
    const tier = tiers[position + 1];
    if (tier === undefined) break;
    const coarser = tiers[position + 2];
    const levels: Levels = { finer, tier, coarser, isFirst: position === 0 };
    for (const step of [rollStaleSlice, rollNextSlice]) {
      let outcome: Outcome = "more";
      while (outcome === "more") {
        outcome = await inMaintenance(database, (query) => step(query, levels, nowMs, breathe));
      }
      if (outcome === "busy") return false;
    }
  }
  return true;
}

/** A tier between its neighbours. */
interface Levels {
  readonly finer: Tier;
  readonly tier: Tier;
  readonly coarser: Tier | undefined;
  /** Whether the finer tier is the finest, which the journal feeds. */
  readonly isFirst: boolean;
}

async function inMaintenance(
  database: HistoryDatabase,
  work: (query: Query) => Promise<"done" | "more">,
): Promise<Outcome> {
  const options = { tried: "roll up points of the history", timeoutMs: STEP_TIMEOUT_MS };
  return database.transaction(options, async (query) =>
    (await holdMaintenanceLock(query)) ? work(query) : "busy",
  );
}

/** The next slice of the first window that is not yet rolled up. */
async function rollNextSlice(
  query: Query,
  { finer, tier, isFirst }: Levels,
  nowMs: number,
  breathe: Breather,
): Promise<"done" | "more"> {
  const states = await readTierStates(query);
  const { rolledToMs, rolledSeries } = stateOf(states, tier);
  const completeMs = isFirst ? nowMs - SEAL_GRACE_MS : stateOf(states, finer).rolledToMs;
  const openStartMs = windowStart(Math.min(completeMs, nowMs) + 1, tier.windowMs);
  if (rolledToMs >= openStartMs || !Number.isFinite(openStartMs)) return "done";
  const endMs = Number.isFinite(rolledToMs) ? rolledToMs + tier.windowMs : openStartMs;
  if (isFirst && (await isInJournal(query, rolledToMs, endMs))) return "done";

  const chunks = Number.isFinite(rolledToMs)
    ? await readSlice(query, finer, rolledToMs, endMs, rolledSeries)
    : [];
  if (chunks.length === 0) {
    const next = rolledSeries > 0 ? endMs : await nextWindow(query, finer, tier, rolledToMs);
    if (next === undefined && !Number.isFinite(rolledToMs)) return "done";
    await setRolled(query, tier, Math.min(next ?? openStartMs, openStartMs), 0);
    return "more";
  }
  await rollChunks(query, tier, rolledToMs, chunks, breathe);
  const isLast = new Set(chunks.map(({ series }) => series)).size < SLICE;
  if (isLast) await setRolled(query, tier, endMs, 0);
  else await setRolled(query, tier, rolledToMs, chunks.at(-1)?.series ?? 0);
  return "more";
}

/** A slice of windows whose finer points have changed since they were rolled up. */
async function rollStaleSlice(
  query: Query,
  { finer, tier, coarser }: Levels,
  _nowMs: number,
  breathe: Breather,
): Promise<"done" | "more"> {
  const stale = await query<{ readonly starts: number; readonly series: number }>(
    `with first as (select starts_at from streamgate_monitor.stale_windows
      where step_ms = $1 order by starts_at limit 1)
    select (extract(epoch from starts_at) * 1000)::float8 as starts, series
    from streamgate_monitor.stale_windows join first using (starts_at)
    where step_ms = $1 order by series limit $2`,
    [tier.stepMs, SLICE],
  );
  const [first] = stale;
  if (first === undefined) return "done";
  const seriesIds = stale.map(({ series }) => series);
  const states = await readTierStates(query);
  if (first.starts >= stateOf(states, finer).keptFromMs) {
    const chunks = await query<Chunk>(
      `select ${CHUNK_COLUMNS} from streamgate_monitor.${finer.table}
      where starts_at >= to_timestamp($1::float8 / 1000) and starts_at < to_timestamp($2::float8 / 1000)
        and series = any($3::integer[]) order by series, starts_at`,
      [first.starts, first.starts + tier.windowMs, seriesIds],
    );
    await rollChunks(query, tier, first.starts, chunks, breathe);
    if (coarser !== undefined) {
      const start = windowStart(first.starts + 1, coarser.windowMs);
      await markStale(query, coarser, stateOf(states, coarser), start, seriesIds);
    }
  }
  await query(
    `delete from streamgate_monitor.stale_windows
    where step_ms = $1 and starts_at = to_timestamp($2::float8 / 1000) and series = any($3::integer[])`,
    [tier.stepMs, first.starts, seriesIds],
  );
  return "more";
}

/** @param chunks of the finer tier, by series and time; all of a series' in the window */
async function rollChunks(
  query: Query,
  tier: Tier,
  windowStartMs: number,
  chunks: readonly ChunkRow[],
  breathe: Breather,
): Promise<void> {
  await ensurePartitions(query, tier, [windowStartMs]);
  const rolled: NewChunk[] = [];
  let from = 0;
  while (from < chunks.length) {
    const first = chunks[from];
    if (first === undefined) break;
    const points: Point[] = [];
    let to = from;
    for (; chunks[to]?.series === first.series; to += 1) {
      const chunk = chunks[to];
      if (chunk !== undefined) for (const point of pointsOf(chunk)) points.push(point);
    }
    const kind: MetricKind = unpackChunk(first.payload, first.starts).kind;
    rolled.push({ series: first.series, kind, windowStartMs, points: rollUp(points, tier.stepMs) });
    from = to;
    await breathe();
  }
  await putChunks(query, tier, "payload", rolled, breathe);
}

function readSlice(
  query: Query,
  finer: Tier,
  fromMs: number,
  toMs: number,
  afterSeries: number,
): Promise<readonly Chunk[]> {
  const table = `streamgate_monitor.${finer.table}`;
  const inWindow =
    "starts_at >= to_timestamp($1::float8 / 1000) and starts_at < to_timestamp($2::float8 / 1000)";
  return query<Chunk>(
    `with slice as (select distinct series from ${table}
      where ${inWindow} and series > $3 order by series limit $4)
    select ${CHUNK_COLUMNS} from ${table} join slice using (series)
    where ${inWindow} order by series, starts_at`,
    [fromMs, toMs, afterSeries, SLICE],
  );
}

/** Start of the first window from `fromMs` on for which the finer tier holds anything. */
async function nextWindow(
  query: Query,
  finer: Tier,
  tier: Tier,
  fromMs: number,
): Promise<number | undefined> {
  const [row] = await query<{ readonly first: number | null }>(
    `select (extract(epoch from min(starts_at)) * 1000)::float8 as first
    from streamgate_monitor.${finer.table} where starts_at >= to_timestamp($1::float8 / 1000)`,
    [fromMs],
  );
  if (row === undefined || row.first === null) return undefined;
  return windowStart(row.first + 1, tier.windowMs);
}

/** Whether points of these windows are still to be sealed. */
async function isInJournal(query: Query, fromMs: number, toMs: number): Promise<boolean> {
  const [row] = await query<{ readonly found: boolean }>(
    `select exists (select from streamgate_monitor.journal
      where starts_at >= to_timestamp($1::float8 / 1000)
        and starts_at < to_timestamp($2::float8 / 1000)) as found`,
    [fromMs, toMs],
  );
  return row?.found ?? false;
}
