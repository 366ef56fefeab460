import type { HistoryDatabase, Query } from "./database.ts";
import { dropPartition, ensurePartitions, listPartitions, type Partition } from "./partitions.ts";
import { holdMaintenanceLock, readTierStates, setKeptFrom, stateOf } from "./tier-states.ts";
import type { KeptTier, Tier } from "./tiers.ts";

/** Beyond this share of the limit the oldest partitions go, so that the limit itself is kept. */
const HIGH_WATER = 0.95;
const STEP_TIMEOUT_MS = 30_000;
const SERIES_A_STEP = 10_000;

/** Makes the partitions of now and of what comes next, so that no write has to. */
export async function makePartitionsAhead(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
  nowMs: number,
): Promise<boolean> {
  return inMaintenance(database, async (query) => {
    for (const tier of tiers) {
      await ensurePartitions(query, tier, [nowMs, nowMs + tier.partitionMs]);
    }
  });
}

/** Drops partitions that are past their tier's retention, and series that have no point left. */
export async function dropExpired(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
  nowMs: number,
): Promise<boolean> {
  let hasDropped = false;
  for (const [position, tier] of tiers.entries()) {
    hasDropped = false;
    const isHeld = await inMaintenance(database, async (query) => {
      for (const partition of await listPartitions(query, tier)) {
        if (partition.endMs > nowMs - tier.retentionMs) break;
        const isGone = await dropWhenRolledUp(query, tier, tiers[position + 1], partition);
        hasDropped ||= isGone;
      }
    });
    if (!isHeld) return false;
  }
  // The coarsest tier is the last.
  if (hasDropped) await dropSeriesWithoutPoints(database, tiers);
  return true;
}

/**
 * Drops the oldest partitions, those of the finest tier first, until the history is within its
 * limit. The partition of now stays, and so does what is not yet rolled up.
 *
 * @returns how many bytes it takes then
 */
export async function dropBeyondLimit(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
  limitBytes: number,
  nowMs: number,
): Promise<number> {
  let bytes = await database.transaction(
    { tried: "measure the history", timeoutMs: STEP_TIMEOUT_MS },
    measureBytes,
  );
  for (const [position, tier] of tiers.entries()) {
    while (bytes > limitBytes * HIGH_WATER) {
      let hasDropped = false;
      await inMaintenance(database, async (query) => {
        const [oldest] = await listPartitions(query, tier);
        if (oldest === undefined || oldest.endMs > nowMs) return;
        hasDropped = await dropWhenRolledUp(query, tier, tiers[position + 1], oldest);
        bytes = await measureBytes(query);
      });
      if (!hasDropped) break;
      if (tier === tiers.at(-1)) await dropSeriesWithoutPoints(database, tiers);
    }
  }
  return bytes;
}

/** Bytes of all tables and indexes of the history. */
export async function measureBytes(query: Query): Promise<number> {
  const [row] = await query<{ readonly bytes: number }>(`
    select coalesce(sum(pg_total_relation_size(kept.oid)), 0)::float8 as bytes from (
      select inhrelid as oid from pg_inherits join pg_class on oid = inhparent
        where relkind = 'p' and relnamespace = 'streamgate_monitor'::regnamespace
          and relname like 'points\\_%'
      union all select unnest(array['streamgate_monitor.series', 'streamgate_monitor.journal',
        'streamgate_monitor.stale_windows']::regclass[])) kept`);
  return row?.bytes ?? 0;
}

async function inMaintenance(
  database: HistoryDatabase,
  work: (query: Query) => Promise<void>,
): Promise<boolean> {
  const options = { tried: "keep the history within its bounds", timeoutMs: STEP_TIMEOUT_MS };
  return database.transaction(options, async (query) => {
    if (!(await holdMaintenanceLock(query))) return false;
    await work(query);
    return true;
  });
}

async function dropWhenRolledUp(
  query: Query,
  tier: Tier,
  coarser: Tier | undefined,
  partition: Partition,
): Promise<boolean> {
  if (coarser !== undefined && (await isStillNeeded(query, coarser, partition))) return false;
  await dropPartition(query, partition);
  await setKeptFrom(query, tier, partition.endMs);
  return true;
}

/** Whether the coarser tier has yet to take anything from the partition. */
async function isStillNeeded(query: Query, coarser: Tier, partition: Partition): Promise<boolean> {
  const { rolledToMs } = stateOf(await readTierStates(query), coarser);
  const [row] = await query<{ readonly found: boolean }>(
    `select exists (select from streamgate_monitor.${partition.name}
        where starts_at >= to_timestamp($1::float8 / 1000))
      or exists (select from streamgate_monitor.stale_windows where step_ms = $2
        and starts_at < to_timestamp($4::float8 / 1000)
        and starts_at > to_timestamp($3::float8 / 1000)) as found`,
    [rolledToMs, coarser.stepMs, partition.startMs - coarser.windowMs, partition.endMs],
  );
  return row?.found ?? true;
}

/** A series whose last point was dropped from the coarsest tier is no series any more. */
async function dropSeriesWithoutPoints(
  database: HistoryDatabase,
  tiers: readonly KeptTier[],
): Promise<void> {
  const coarsest = tiers.at(-1);
  if (coarsest === undefined) return;
  let dropped = SERIES_A_STEP;
  while (dropped === SERIES_A_STEP) {
    dropped = 0;
    await inMaintenance(database, async (query) => {
      const { keptFromMs } = stateOf(await readTierStates(query), coarsest);
      const gone = await query(
        `delete from streamgate_monitor.series where id in (select id from streamgate_monitor.series
          where last_seen < to_timestamp($1::float8 / 1000) limit $2) returning id`,
        [keptFromMs, SERIES_A_STEP],
      );
      dropped = gone.length;
    });
  }
}
