import { type Clock, systemClock } from "@streamgate/core";
import type pg from "pg";
import { badHistoryOption } from "./errors.ts";
import { type KeptTier, TIER_NAMES, TIERS, type TierName } from "./tiers.ts";

/** How a history is kept. */
export interface HistoryOptions {
  /**
   * Where: a pool (which stays the caller's to end), an address, or a function that gives the
   * address of the moment, asked again whenever the server cannot be reached.
   */
  readonly database: pg.Pool | string | (() => Promise<string>);
  /** How long each tier is kept, in ms. @default { "1s": 2 hours, "10s": 2 days, "5m": 30 days, "1h": 400 days } */
  readonly retentionMs?: Readonly<Partial<Record<TierName, number>>>;
  /**
   * What all tables and indexes of the history may take together. Beyond 95 % of it the oldest
   * partitions go, those of the finest tier first. @default 2 GB (2e9)
   */
  readonly limitBytes?: number;
  /** How often this process seals, rolls up and drops what is due; `Infinity` leaves it to `maintain()`. @default 10_000 */
  readonly maintenanceIntervalMs?: number;
  /** The longest that one read may keep the server busy. @default 5_000 */
  readonly readTimeoutMs?: number;
  /** Hears what maintenance could not do; it is tried again at the next interval. @default nobody */
  readonly onProblem?: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

export interface ResolvedHistoryOptions {
  readonly database: HistoryOptions["database"];
  readonly tiers: readonly KeptTier[];
  readonly limitBytes: number;
  readonly maintenanceIntervalMs: number;
  readonly readTimeoutMs: number;
  readonly onProblem: (error: unknown) => void;
  readonly clock: Clock;
}

const DEFAULTS = {
  limitBytes: 2_000_000_000,
  maintenanceIntervalMs: 10_000,
  readTimeoutMs: 5_000,
  onProblem: (): void => undefined,
  clock: systemClock,
} as const;

/** Below this there is no room for a live partition of each tier. */
const LEAST_LIMIT_BYTES = 10_000_000;

/** @throws StreamGateError `SG_MONITOR_BAD_OPTION` */
export function resolveHistoryOptions(options: HistoryOptions): ResolvedHistoryOptions {
  const { retentionMs = {}, ...given } = options;
  const resolved = { ...DEFAULTS, ...given };
  atLeast("limitBytes", resolved.limitBytes, LEAST_LIMIT_BYTES);
  atLeast("maintenanceIntervalMs", resolved.maintenanceIntervalMs, 100);
  atLeast("readTimeoutMs", resolved.readTimeoutMs, 1);
  for (const name of Object.keys(retentionMs)) {
    if (!TIER_NAMES.some((known) => known === name)) {
      throw badHistoryOption(`retentionMs.${name}`, "given", `one of ${TIER_NAMES.join(", ")}`);
    }
  }
  const tiers = TIERS.map((tier) => ({
    ...tier,
    retentionMs: retentionMs[tier.name] ?? tier.defaultRetentionMs,
  }));
  for (const [position, { name, retentionMs: kept, windowMs }] of tiers.entries()) {
    atLeast(`retentionMs["${name}"]`, kept, windowMs);
    const finer = tiers[position - 1];
    if (finer !== undefined && kept < finer.retentionMs) {
      throw badHistoryOption(`retentionMs["${name}"]`, kept, `at least that of "${finer.name}"`);
    }
  }
  return { ...resolved, tiers };
}

function atLeast(name: string, value: unknown, least: number): void {
  if (typeof value !== "number" || !(value >= least)) {
    throw badHistoryOption(name, value, `a number of at least ${least}`);
  }
}
