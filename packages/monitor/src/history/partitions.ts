import type { Query } from "./database.ts";
import type { Tier } from "./tiers.ts";

/** A part of a tier's table. It owns the windows that start in it. */
export interface Partition {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** With indexes and what is stored out of line. */
  readonly bytes: number;
}

const SCHEMA = "streamgate_monitor";
const NAME = /_(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})$/;

const LIST = `
select part.relname as name, coalesce(pg_total_relation_size(part.oid), 0)::float8 as bytes
from pg_inherits link join pg_class part on part.oid = link.inhrelid
where link.inhparent = $1::regclass order by part.relname`;

/** The partitions of a tier, the oldest first. */
export async function listPartitions(query: Query, tier: Tier): Promise<readonly Partition[]> {
  const rows = await query<{ readonly name: string; readonly bytes: number }>(LIST, [
    `${SCHEMA}.${tier.table}`,
  ]);
  return rows.flatMap(({ name, bytes }) => {
    const startMs = startOf(name);
    if (startMs === undefined) return [];
    return [{ name, startMs, endMs: startMs + tier.partitionMs, bytes }];
  });
}

/** Makes the partitions of these windows where they are missing. Only one caller at a time: the maintenance lock sees to that. */
export async function ensurePartitions(
  query: Query,
  tier: Tier,
  windowStarts: Iterable<number>,
): Promise<void> {
  const starts = new Set<number>();
  for (const at of windowStarts) starts.add(partitionStart(at, tier));
  const existing = new Set((await listPartitions(query, tier)).map(({ startMs }) => startMs));
  for (const startMs of starts)
    if (!existing.has(startMs)) await makePartition(query, tier, startMs);
}

/** Start of the partition that owns the window that starts at `windowStartMs`. */
function partitionStart(windowStartMs: number, tier: Tier): number {
  return Math.floor(windowStartMs / tier.partitionMs) * tier.partitionMs;
}

export async function dropPartition(query: Query, { name }: Partition): Promise<void> {
  await query(`drop table if exists ${SCHEMA}.${name}`);
}

/** Made beside the table and then attached: attaching lets readers and writers of the others go on. */
async function makePartition(query: Query, tier: Tier, startMs: number): Promise<void> {
  const parent = `${SCHEMA}.${tier.table}`;
  const part = `${SCHEMA}.${partitionName(tier, startMs)}`;
  const [from, to] = [startMs, startMs + tier.partitionMs].map((ms) => timeOf(ms).toISOString());
  await query(`create table ${part} (like ${parent} including all)`);
  await query(
    `alter table ${parent} attach partition ${part} for values from ('${from}') to ('${to}')`,
  );
}

function partitionName(tier: Tier, startMs: number): string {
  const digits = timeOf(startMs).toISOString().replaceAll(/[-:]/g, "");
  return `${tier.table}_${digits.slice(0, "20260131T1830".length).toLowerCase()}`;
}

function startOf(name: string): number | undefined {
  const parts = NAME.exec(name)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** An instant for printing; nothing is read from a clock. */
function timeOf(ms: number): Date {
  return new Date(ms);
}
