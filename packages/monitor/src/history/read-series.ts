import type { Labels, MetricKind } from "@streamgate/telemetry";
import type { Point, SeriesKey, SeriesSelector, SeriesWindow } from "../series/point.ts";
import { rollUp, sortedByTime, windowStart } from "../series/roll-up.ts";
import { type Breather, createBreather } from "./breather.ts";
import { CHUNK_COLUMNS, type ChunkRow, pointsOf } from "./chunks.ts";
import type { Query } from "./database.ts";
import { readTooLarge } from "./errors.ts";
import type { HistoryQuery } from "./history.ts";
import { openFrame } from "./journal-frame.ts";
import { planRead, type Segment } from "./read-plan.ts";
import { selectorCondition } from "./selector-sql.ts";
import { LAST_SEEN_LAG_MS } from "./series-ids.ts";
import { readTierStates } from "./tier-states.ts";
import { type KeptTier, TIERS } from "./tiers.ts";

/** Series and points that one answer may hold. */
const MOST_SERIES = 20_000;
const MOST_POINTS = 3_000_000;
const JOURNAL_WINDOW_MS: number = TIERS[0]?.windowMs ?? 300_000;

interface SeriesRow {
  readonly id: number;
  readonly name: string;
  readonly labels: Labels;
  readonly [column: string]: unknown;
}

/** Points of each series as they are gathered, with a count over all. */
interface Gathered {
  readonly bySeries: ReadonlyMap<number, Point[]>;
  readonly stepMs: number;
  points: number;
}

/** Reads in one snapshot: what moves from the journal into chunks meanwhile is seen once. */
export async function readSeries(
  query: Query,
  tiers: readonly KeptTier[],
  request: HistoryQuery,
  nowMs: number,
  signal?: AbortSignal,
): Promise<readonly SeriesWindow[]> {
  const breathe = createBreather();
  const plan = planRead(request, tiers, await readTierStates(query), nowMs);
  const [first] = plan.segments;
  const last = plan.segments.at(-1);
  if (first === undefined || last === undefined) return [];
  const found = await findSeries(query, request.selector, first.fromMs, last.toMs);
  const { stepMs } = plan;
  const bySeries = new Map<number, Point[]>(found.map(({ id }) => [id, []]));
  const gathered: Gathered = { bySeries, stepMs, points: 0 };
  for (const segment of plan.segments) {
    signal?.throwIfAborted();
    if (segment.tier.name === "1s") {
      await readFinest(query, request.selector.name, segment, gathered, breathe);
    } else await readChunks(query, segment, gathered, breathe);
  }
  const windows: SeriesWindow[] = [];
  for (const { id, name, labels } of found) {
    const points = gathered.bySeries.get(id) ?? [];
    if (points.length === 0) continue;
    windows.push({ key: { name, labels }, points: rollUp(points, stepMs) });
    await breathe();
  }
  signal?.throwIfAborted();
  return windows;
}

/** The series that had a point between two instants, give or take the minute by which the store's note may be behind. */
export async function listSeries(
  query: Query,
  selector: Partial<SeriesSelector>,
  fromMs: number,
  toMs: number,
): Promise<readonly SeriesKey[]> {
  const found = await findSeries(query, selector, fromMs, toMs);
  return found.map(({ name, labels }) => ({ name, labels }));
}

async function findSeries(
  query: Query,
  selector: Partial<SeriesSelector>,
  fromMs: number,
  toMs: number,
): Promise<readonly SeriesRow[]> {
  const { sql, values } = foundSql(selector, fromMs, toMs);
  const rows = await query<SeriesRow>(sql, values);
  checkFound(rows.length);
  return rows;
}

/** The series that had a point in a stretch of time. */
export function foundSql(
  selector: Partial<SeriesSelector>,
  fromMs: number,
  toMs: number,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const { sql, values } = selectorCondition(selector);
  const next = values.length + 1;
  return {
    sql: `select id, name, labels from streamgate_monitor.series where ${sql}
      and first_seen <= to_timestamp($${next}::float8 / 1000)
      and last_seen > to_timestamp($${next + 1}::float8 / 1000)
    order by name, id limit ${MOST_SERIES + 1}`,
    values: [...values, toMs, fromMs - LAST_SEEN_LAG_MS],
  };
}

/** @throws StreamGateError `SG_MONITOR_READ_TOO_LARGE` */
export function checkFound(series: number): void {
  if (series > MOST_SERIES) throw readTooLarge(`more than ${MOST_SERIES} series match`);
}

async function readChunks(
  query: Query,
  segment: Segment,
  gathered: Gathered,
  breathe: Breather,
): Promise<void> {
  const { tier, fromMs, toMs } = segment;
  const chunks = await query<ChunkRow & { readonly [column: string]: unknown }>(
    `select ${CHUNK_COLUMNS} from streamgate_monitor.${tier.table}
    where series = any($1::integer[]) and starts_at >= to_timestamp($2::float8 / 1000)
      and starts_at < to_timestamp($3::float8 / 1000) order by series, starts_at`,
    [[...gathered.bySeries.keys()], windowStart(fromMs + 1, tier.windowMs), toMs],
  );
  for (const chunk of chunks) {
    gather(gathered, chunk.series, pointsOf(chunk), segment);
    await breathe();
  }
}

/** The finest tier: its chunks, and what the journal holds beside them. */
async function readFinest(
  query: Query,
  name: string,
  segment: Segment,
  gathered: Gathered,
  breathe: Breather,
): Promise<void> {
  const chunked: Gathered = {
    bySeries: new Map([...gathered.bySeries.keys()].map((series) => [series, []])),
    // Unmerged: their instants tell what the journal says again.
    stepMs: 1,
    points: gathered.points,
  };
  await readChunks(query, segment, chunked, breathe);
  const journaled = await readJournal(query, name, segment, gathered.bySeries, breathe);
  for (const [series, held] of gathered.bySeries) {
    const sealed = chunked.bySeries.get(series) ?? [];
    const fresh = journaled.get(series) ?? [];
    // Of two at one instant the chunk's stays.
    const points = fresh.length === 0 ? sealed : sortedByTime([...sealed, ...fresh]);
    for (const point of points) held.push(point);
    chunked.points += fresh.length;
  }
  gathered.points = chunked.points;
}

async function readJournal(
  query: Query,
  name: string,
  segment: Segment,
  wanted: ReadonlyMap<number, unknown>,
  breathe: Breather,
): Promise<ReadonlyMap<number, readonly Point[]>> {
  const rows = await query<JournalRow & { readonly [column: string]: unknown }>(
    `select kind, (extract(epoch from starts_at) * 1000)::float8 as starts, payload
    from streamgate_monitor.journal where name = $1
      and starts_at >= to_timestamp($2::float8 / 1000) and starts_at < to_timestamp($3::float8 / 1000)
    order by id`,
    [name, windowStart(segment.fromMs + 1, JOURNAL_WINDOW_MS), segment.toMs],
  );
  return journaledPoints(rows, segment, wanted, breathe);
}

/** A row of the journal: points of one metric and kind from one write. */
export interface JournalRow {
  readonly kind: MetricKind;
  readonly starts: number;
  readonly payload: Buffer;
}

/** What the journal holds of the wanted series within a segment, in the order in which it was written. */
export async function journaledPoints(
  rows: readonly JournalRow[],
  segment: Segment,
  wanted: ReadonlyMap<number, unknown>,
  breathe: Breather,
): Promise<ReadonlyMap<number, readonly Point[]>> {
  const journaled = new Map<number, Point[]>();
  for (const { kind, starts, payload } of rows) {
    const { seriesIds, points } = openFrame(payload, kind, starts);
    for (const [position, series] of seriesIds.entries()) {
      const point = points[position];
      if (point === undefined || !isInside(point.atMs, segment) || !wanted.has(series)) continue;
      const held = journaled.get(series);
      if (held === undefined) journaled.set(series, [point]);
      else held.push(point);
    }
    await breathe();
  }
  return journaled;
}

/** Adds the points of one chunk, merged to the step at once, so that what is read of finer tiers is not held. */
function gather(
  gathered: Gathered,
  series: number,
  points: readonly Point[],
  segment: Segment,
): void {
  const held = gathered.bySeries.get(series);
  if (held === undefined) return;
  const inside = points.filter(({ atMs }) => isInside(atMs, segment));
  for (const point of rollUp(inside, gathered.stepMs)) held.push(point);
  gathered.points += inside.length;
  if (gathered.points > MOST_POINTS) {
    throw readTooLarge(`it is made of more than ${MOST_POINTS} points`);
  }
}

export function isInside(atMs: number, { fromMs, toMs }: Segment): boolean {
  return atMs > fromMs && atMs <= toMs;
}
