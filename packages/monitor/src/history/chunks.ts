import type { MetricKind } from "@streamgate/telemetry";
import { packChunk, unpackChunk } from "../series/chunk.ts";
import type { Point } from "../series/point.ts";
import { sortedByTime } from "../series/roll-up.ts";
import type { Query } from "./database.ts";
import type { Tier } from "./tiers.ts";

/** A row of a tier's table. */
export interface ChunkRow {
  readonly series: number;
  readonly starts: number;
  readonly payload: Buffer;
  readonly late: Buffer | null;
}

/** What a chunk is read as. */
export const CHUNK_COLUMNS =
  "series, (extract(epoch from starts_at) * 1000)::float8 as starts, payload, late";

/** All points of a chunk, those that came late among them. */
export function pointsOf({ payload, late, starts }: ChunkRow): Point[] {
  const { points } = unpackChunk(payload, starts);
  if (late === null) return points;
  // Not by time alone: a late point may end where a step ends.
  return [...points, ...unpackChunk(late, starts).points].sort(
    (left, right) => left.atMs - right.atMs,
  );
}

/** New points of one series in one window. */
export interface NewChunk {
  readonly series: number;
  readonly kind: MetricKind;
  readonly windowStartMs: number;
  readonly points: readonly Point[];
}

/** Adds points to those that a column of the tier holds; of two at one instant, the one that is there stays. */
export async function addToChunks(
  query: Query,
  tier: Tier,
  column: "payload" | "late",
  chunks: readonly NewChunk[],
  breathe: () => Promise<void> | undefined,
): Promise<void> {
  const [first] = chunks;
  if (first === undefined) return;
  const existing = await readExisting(query, tier, column, first.windowStartMs, chunks);
  const merged: NewChunk[] = [];
  for (const chunk of chunks) {
    const held = existing.get(chunk.series);
    const before = held === undefined ? [] : unpackChunk(held, chunk.windowStartMs).points;
    merged.push({ ...chunk, points: sortedByTime([...before, ...chunk.points]) });
    await breathe();
  }
  await putChunks(query, tier, column, merged, breathe);
}

/** Puts points in the place of those that a column of the tier holds. */
export async function putChunks(
  query: Query,
  tier: Tier,
  column: "payload" | "late",
  chunks: readonly NewChunk[],
  breathe: () => Promise<void> | undefined,
): Promise<void> {
  if (chunks.length === 0) return;
  const packed: Buffer[] = [];
  for (const { kind, points, windowStartMs } of chunks) {
    packed.push(packChunk(kind, points, windowStartMs));
    await breathe();
  }
  const table = `streamgate_monitor.${tier.table}`;
  const values = [
    chunks.map(({ series }) => series),
    chunks.map(({ windowStartMs }) => windowStartMs),
    packed,
  ];
  if (column === "payload") {
    await query(
      `insert into ${table} as known (series, starts_at, payload)
      select series, to_timestamp(starts / 1000), payload
      from unnest($1::integer[], $2::float8[], $3::bytea[]) as given (series, starts, payload)
      on conflict (series, starts_at) do update set payload = excluded.payload
      where known.payload is distinct from excluded.payload`,
      values,
    );
    return;
  }
  const nothing = chunks.map(({ kind, windowStartMs }) => packChunk(kind, [], windowStartMs));
  await query(
    `insert into ${table} (series, starts_at, late, payload)
    select series, to_timestamp(starts / 1000), late, payload
    from unnest($1::integer[], $2::float8[], $3::bytea[], $4::bytea[])
      as given (series, starts, late, payload)
    on conflict (series, starts_at) do update set late = excluded.late`,
    [...values, nothing],
  );
}

async function readExisting(
  query: Query,
  tier: Tier,
  column: "payload" | "late",
  windowStartMs: number,
  chunks: readonly NewChunk[],
): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await query<{ readonly series: number; readonly held: Buffer | null }>(
    `select series, ${column} as held from streamgate_monitor.${tier.table}
    where starts_at = to_timestamp($1::float8 / 1000) and series = any($2::integer[])`,
    [windowStartMs, chunks.map(({ series }) => series)],
  );
  return new Map(rows.flatMap(({ series, held }) => (held === null ? [] : [[series, held]])));
}
