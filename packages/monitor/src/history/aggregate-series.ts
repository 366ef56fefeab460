import type { Labels, MetricKind } from "@streamgate/telemetry";
import { unpackColumns } from "../series/chunk.ts";
import type { Point } from "../series/point.ts";
import { windowStart } from "../series/roll-up.ts";
import { StepTotals } from "../series/step-totals.ts";
import { type AggregateQuery, gridOf, groupBy, type SeriesGroup } from "./aggregate.ts";
import { type Breather, createBreather } from "./breather.ts";
import { CHUNK_COLUMNS, type ChunkRow } from "./chunks.ts";
import type { Query } from "./database.ts";
import { badQuery, readTooLarge } from "./errors.ts";
import { checkStretch, planRead, type Segment } from "./read-plan.ts";
import { checkFound, foundSql, isInside, type JournalRow, journaledPoints } from "./read-series.ts";
import {
  TIER_STATES_SQL,
  type TierStateRow,
  type TierStates,
  tierStatesOf,
} from "./tier-states.ts";
import type { KeptTier } from "./tiers.ts";

/** Points are added up as they are decoded and none is held: so many cost about four seconds of one core. */
const MOST_POINTS = 10_000_000;
const MOST_STEPS = 11_000;
/** Chunks of so many series are held at once. */
const SERIES_A_QUERY = 500;

/** Of a chunk, with the stretch of it that is wanted. */
interface Part {
  readonly chunk: ChunkRow;
  readonly segment: Segment;
}

/**
 * Reads series group by group and step by step in one pass: what a chart of a thousand series shows is never a thousand series. Two
 * statements are enough for some hundreds of series; a page is dozens of such reads.
 */
export async function aggregateSeries(
  query: Query,
  tiers: readonly KeptTier[],
  request: AggregateQuery,
  nowMs: number,
  signal?: AbortSignal,
): Promise<readonly SeriesGroup[]> {
  const { selector, by } = request;
  const grid = gridOf(request);
  if (!(request.stepMs >= 1) || grid.steps > MOST_STEPS)
    throw badQuery(`a step of ${request.stepMs} ms makes more than ${MOST_STEPS} steps`);
  checkStretch(request);
  const breathe = createBreather();
  const { states, found } = await findWithStates(query, request);
  const { segments } = planRead(request, tiers, states, nowMs);
  const wanted = new Map(found.map(({ id }) => [id, undefined]));
  const finest = segments.find(({ tier }) => tier.name === "1s");
  let journal: ReadonlyMap<number, readonly Point[]> | undefined;
  const budget = { points: 0 };
  const groups: SeriesGroup[] = [];
  let open: OpenGroup | undefined;
  for (const batch of batchesOf(groupBy(found, by))) {
    signal?.throwIfAborted();
    if (segments.length === 0) break;
    const ids = batch.map(({ id }) => id);
    const isFirst = journal === undefined;
    const { parts, rows } = await readParts(query, segments, ids, isFirst ? selector.name : null);
    if (finest !== undefined) journal ??= await journaledPoints(rows, finest, wanted, breathe);
    for (const { id, labels } of batch) {
      // One group is open at a time: what is held does not grow with their number.
      if (open?.labels !== labels) {
        finishGroup(open, groups);
        open = { labels, totals: new StepTotals(grid), seen: 0 };
      }
      const own = parts.get(id) ?? [];
      const fresh = journal?.get(id) ?? [];
      if (own.length === 0 && fresh.length === 0) continue;
      open.seen += 1;
      open.totals.beginSeries();
      await addSeries(open.totals, own, fresh, budget, breathe);
    }
  }
  finishGroup(open, groups);
  signal?.throwIfAborted();
  return groups;
}

interface FoundSeries {
  readonly id: number;
  readonly labels: Labels;
}

/** How far the tiers have come, and the series that are asked for, in one statement. */
async function findWithStates(
  query: Query,
  { selector, fromMs, toMs }: AggregateQuery,
): Promise<{ readonly states: TierStates; readonly found: readonly FoundSeries[] }> {
  const { sql, values } = foundSql(selector, fromMs, toMs);
  const [row] = await query<{
    readonly states: readonly TierStateRow[] | null;
    readonly found: readonly (readonly [number, Labels])[] | null;
  }>(
    `select (select json_agg(state) from (${TIER_STATES_SQL}) as state) as states,
      (select json_agg(json_build_array(id, labels)) from (${sql}) as one) as found`,
    values,
  );
  const found = row?.found ?? [];
  checkFound(found.length);
  return {
    states: tierStatesOf(row?.states ?? []),
    found: found.map(([id, labels]) => ({ id, labels })),
  };
}

interface OpenGroup {
  readonly labels: Labels;
  readonly totals: StepTotals;
  seen: number;
}

function finishGroup(open: OpenGroup | undefined, groups: SeriesGroup[]): void {
  if (open === undefined || open.seen === 0) return;
  groups.push({ labels: open.labels, series: open.seen, steps: open.totals.finish() });
}

/** The series of all groups, group by group, in parts that are read at once: a group of few series costs no query of its own. */
function* batchesOf(
  groups: readonly { readonly labels: Labels; readonly members: readonly FoundSeries[] }[],
): Generator<readonly FoundSeries[]> {
  const members = groups.flatMap((group) =>
    group.members.map(({ id }) => ({ id, labels: group.labels })),
  );
  for (let from = 0; from < members.length; from += SERIES_A_QUERY)
    yield members.slice(from, from + SERIES_A_QUERY);
}

/** A chunk of a segment, or a row of the journal, which has a kind. */
interface PartRow extends ChunkRow {
  readonly segment: number;
  readonly kind: MetricKind | null;
  readonly [column: string]: unknown;
}

/** @param journaled the metric whose journal is read, too; null where it was read already */
async function readParts(
  query: Query,
  segments: readonly Segment[],
  ids: readonly number[],
  journaled: string | null,
): Promise<{ readonly parts: ReadonlyMap<number, Part[]>; readonly rows: readonly JournalRow[] }> {
  const values: unknown[] = [ids];
  const parameter = (value: unknown): string => {
    values.push(value);
    return `$${values.length}`;
  };
  const within = ({ tier, fromMs, toMs }: Segment): string =>
    `starts_at >= to_timestamp(${parameter(windowStart(fromMs + 1, tier.windowMs))}::float8 / 1000)
      and starts_at < to_timestamp(${parameter(toMs)}::float8 / 1000)`;
  const selects = segments.map(
    (segment, position) =>
      `select ${position} as segment, null as kind, ${CHUNK_COLUMNS}, null::bigint as written
      from streamgate_monitor.${segment.tier.table}
      where series = any($1::integer[]) and ${within(segment)}`,
  );
  const finest = segments.find(({ tier }) => tier.name === "1s");
  if (journaled !== null && finest !== undefined)
    selects.push(
      `select null, kind, null, (extract(epoch from starts_at) * 1000)::float8, payload, null, id
      from streamgate_monitor.journal where name = ${parameter(journaled)} and ${within(finest)}`,
    );
  const sql = `select segment, kind, series, starts, payload, late from (${selects.join(" union all ")}) as part
    order by written nulls first`;
  const parts = new Map<number, Part[]>();
  const rows: JournalRow[] = [];
  for (const row of await query<PartRow>(sql, values)) {
    const { kind, starts, payload, series } = row;
    if (kind !== null) {
      rows.push({ kind, starts, payload });
      continue;
    }
    const segment = segments[row.segment];
    if (segment === undefined) continue;
    const own = parts.get(series);
    if (own === undefined) parts.set(series, [{ chunk: row, segment }]);
    else own.push({ chunk: row, segment });
  }
  return { parts, rows };
}

/** What the chunks hold, then what only the journal holds: of two points at one instant the chunk's counts. */
async function addSeries(
  totals: StepTotals,
  parts: readonly Part[],
  fresh: readonly Point[],
  budget: { points: number },
  breathe: Breather,
): Promise<void> {
  const sealed = new Set<number>();
  for (const { chunk, segment } of parts) {
    for (const payload of [chunk.payload, chunk.late]) {
      if (payload === null) continue;
      const columns = unpackColumns(payload, chunk.starts);
      budget.points += columns.times.length;
      totals.addColumns(columns, (atMs) => isInside(atMs, segment));
      if (fresh.length > 0) for (const atMs of columns.times) sealed.add(atMs);
    }
    await breathe();
  }
  for (const point of fresh) {
    if (sealed.has(point.atMs)) continue;
    sealed.add(point.atMs);
    totals.add(point);
  }
  budget.points += fresh.length;
  if (budget.points > MOST_POINTS)
    throw readTooLarge(`it is made of more than ${MOST_POINTS} points`);
}
