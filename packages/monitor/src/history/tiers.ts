const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The tiers of history, the finest first; the names are those of the retention option. */
export const TIER_NAMES = ["1s", "10s", "5m", "1h"] as const;
export type TierName = (typeof TIER_NAMES)[number];

/** Points of one step's length, for as long as they are kept. */
export interface Tier {
  readonly name: TierName;
  readonly stepMs: number;
  /** What one chunk holds; windows of a coarser tier are made of whole windows of the finer one. */
  readonly windowMs: number;
  /** What is dropped at once. Not an option: partitions that stand must fit those to come. */
  readonly partitionMs: number;
  /** The partitioned table, in the schema `streamgate_monitor`. */
  readonly table: string;
  readonly defaultRetentionMs: number;
}

/**
 * A window is a bargain: the longer, the less a row costs a point (about 80 bytes with its index); the shorter, the less a reader of
 * recent time has to decode from the finer tier until the window has ended. With these, a read that ends now decodes at most 300
 * points from the journal, 600 of 1 s, 720 of 10 s and 288 of 5 min a series.
 */
export const TIERS: readonly Tier[] = [
  {
    name: "1s",
    stepMs: SECOND_MS,
    windowMs: 5 * MINUTE_MS,
    partitionMs: 30 * MINUTE_MS,
    table: "points_1s",
    defaultRetentionMs: 2 * HOUR_MS,
  },
  {
    name: "10s",
    stepMs: 10 * SECOND_MS,
    windowMs: 10 * MINUTE_MS,
    partitionMs: 6 * HOUR_MS,
    table: "points_10s",
    defaultRetentionMs: 2 * DAY_MS,
  },
  {
    name: "5m",
    stepMs: 5 * MINUTE_MS,
    windowMs: 2 * HOUR_MS,
    partitionMs: 2 * DAY_MS,
    table: "points_5m",
    defaultRetentionMs: 30 * DAY_MS,
  },
  {
    name: "1h",
    stepMs: HOUR_MS,
    windowMs: DAY_MS,
    partitionMs: 32 * DAY_MS,
    table: "points_1h",
    defaultRetentionMs: 400 * DAY_MS,
  },
];

/** The tier as this history keeps it. */
export interface KeptTier extends Tier {
  readonly retentionMs: number;
}
