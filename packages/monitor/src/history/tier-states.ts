import type { Query } from "./database.ts";
import type { Tier } from "./tiers.ts";

/** How far a tier has come. */
export interface TierState {
  /** Windows before this are rolled up from the finer tier; for the finest it says nothing. */
  readonly rolledToMs: number;
  /** In the window that starts there, series up to this one are. */
  readonly rolledSeries: number;
  /** Windows before this were dropped. */
  readonly keptFromMs: number;
}

/** One maintenance step at a time, however many processes share the store. */
const MAINTENANCE_LOCK = "7310575178911207542";

/** One row a tier. */
export const TIER_STATES_SQL = `
select step_ms::float8 as step,
  (extract(epoch from rolled_to) * 1000)::float8 as rolled_to, rolled_series,
  (extract(epoch from kept_from) * 1000)::float8 as kept_from
from streamgate_monitor.tiers`;

/** Within JSON an infinity is a string. */
export interface TierStateRow {
  readonly step: number;
  readonly rolled_to: number | string;
  readonly rolled_series: number;
  readonly kept_from: number | string;
}

/** Of each tier, by its step. */
export type TierStates = ReadonlyMap<number, TierState>;

const NOTHING_YET: TierState = {
  rolledToMs: Number.NEGATIVE_INFINITY,
  rolledSeries: 0,
  keptFromMs: Number.NEGATIVE_INFINITY,
};

export async function readTierStates(query: Query): Promise<TierStates> {
  const rows = await query<TierStateRow & { readonly [column: string]: unknown }>(TIER_STATES_SQL);
  return tierStatesOf(rows);
}

export function tierStatesOf(rows: readonly TierStateRow[]): TierStates {
  return new Map(
    rows.map((row) => [
      row.step,
      {
        rolledToMs: Number(row.rolled_to),
        rolledSeries: row.rolled_series,
        keptFromMs: Number(row.kept_from),
      },
    ]),
  );
}

export function stateOf(states: TierStates, tier: Tier): TierState {
  return states.get(tier.stepMs) ?? NOTHING_YET;
}

/** Whether this transaction may do maintenance; if not, another process is at it. */
export async function holdMaintenanceLock(query: Query): Promise<boolean> {
  const [row] = await query<{ readonly held: boolean }>(
    `select pg_try_advisory_xact_lock(${MAINTENANCE_LOCK}) as held`,
  );
  return row?.held ?? false;
}

export async function setRolled(
  query: Query,
  tier: Tier,
  rolledToMs: number,
  rolledSeries: number,
): Promise<void> {
  await query(
    `update streamgate_monitor.tiers set rolled_to = to_timestamp($2::float8 / 1000), rolled_series = $3
    where step_ms = $1`,
    [tier.stepMs, rolledToMs, rolledSeries],
  );
}

export async function setKeptFrom(query: Query, tier: Tier, keptFromMs: number): Promise<void> {
  await query(
    `update streamgate_monitor.tiers
    set kept_from = greatest(kept_from, to_timestamp($2::float8 / 1000)) where step_ms = $1`,
    [tier.stepMs, keptFromMs],
  );
}

/** Notes that these windows of a tier are no longer what the finer tier holds, where they were rolled up already. */
export async function markStale(
  query: Query,
  tier: Tier,
  state: TierState,
  windowStartMs: number,
  seriesIds: readonly number[],
): Promise<void> {
  const isUnderWay = windowStartMs === state.rolledToMs && state.rolledSeries > 0;
  if (windowStartMs >= state.rolledToMs && !isUnderWay) return;
  await query(
    `insert into streamgate_monitor.stale_windows (step_ms, starts_at, series)
    select $1, to_timestamp($2::float8 / 1000), unnest($3::integer[]) on conflict do nothing`,
    [tier.stepMs, windowStartMs, seriesIds],
  );
}
