import { unpackColumns } from "../series/chunk.ts";
import type { Point } from "../series/point.ts";
import { windowStart } from "../series/roll-up.ts";
import { StepTotals } from "../series/step-totals.ts";
import { type AggregateQuery, gridOf, groupBy, type SeriesGroup } from "./aggregate.ts";
import { type Breather, createBreather } from "./breather.ts";
import { CHUNK_COLUMNS, type ChunkRow } from "./chunks.ts";
import type { Query } from "./database.ts";
import { badQuery, readTooLarge } from "./errors.ts";
import { planRead, type Segment } from "./read-plan.ts";
import { findSeries, isInside, readJournal } from "./read-series.ts";
import { readTierStates } from "./tier-states.ts";
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

/** Reads series group by group and step by step in one pass: what a chart of a thousand series shows is never a thousand series. */
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
  const breathe = createBreather();
  const { segments } = planRead(request, tiers, await readTierStates(query), nowMs);
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return [];
  const found = await findSeries(query, selector, first.fromMs, last.toMs);
  const wanted = new Map(found.map(({ id }) => [id, undefined]));
  const finest = segments.find(({ tier }) => tier.name === "1s");
  const journal =
    finest === undefined
      ? new Map<number, Point[]>()
      : await readJournal(query, selector.name, finest, wanted, breathe);
  const budget = { points: 0 };
  const groups: SeriesGroup[] = [];
  for (const { labels, members } of groupBy(found, by)) {
    const totals = new StepTotals(grid);
    let seen = 0;
    for (let from = 0; from < members.length; from += SERIES_A_QUERY) {
      signal?.throwIfAborted();
      const ids = members.slice(from, from + SERIES_A_QUERY).map(({ id }) => id);
      const parts = await readParts(query, segments, ids);
      for (const id of ids) {
        const own = parts.get(id) ?? [];
        const fresh = (journal.get(id) ?? []).filter(
          ({ atMs }) => finest !== undefined && isInside(atMs, finest),
        );
        if (own.length === 0 && fresh.length === 0) continue;
        seen += 1;
        totals.beginSeries();
        await addSeries(totals, own, fresh, budget, breathe);
      }
    }
    if (seen > 0) groups.push({ labels, series: seen, steps: totals.finish() });
  }
  signal?.throwIfAborted();
  return groups;
}

async function readParts(
  query: Query,
  segments: readonly Segment[],
  ids: readonly number[],
): Promise<ReadonlyMap<number, Part[]>> {
  const parts = new Map<number, Part[]>();
  for (const segment of segments) {
    const { tier, fromMs, toMs } = segment;
    const chunks = await query<ChunkRow & { readonly [column: string]: unknown }>(
      `select ${CHUNK_COLUMNS} from streamgate_monitor.${tier.table}
      where series = any($1::integer[]) and starts_at >= to_timestamp($2::float8 / 1000)
        and starts_at < to_timestamp($3::float8 / 1000)`,
      [ids, windowStart(fromMs + 1, tier.windowMs), toMs],
    );
    for (const chunk of chunks) {
      const own = parts.get(chunk.series);
      if (own === undefined) parts.set(chunk.series, [{ chunk, segment }]);
      else own.push({ chunk, segment });
    }
  }
  return parts;
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
