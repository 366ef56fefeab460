/** One reading, or the least of a stretch of time. */
export interface GrowthPoint {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  readonly value: number;
  /** How much the process had in hand at that moment; 0 where nobody knows. */
  readonly load: number;
}

/** A point of a tier. */
export interface TierPoint extends GrowthPoint {
  /** The highest of the readings that it stands for. */
  readonly highest: number;
}

/** Readings that one point of the next coarser tier stands for. */
const MERGED = 4;
const POINTS_A_TIER = 64;
const TIERS = 8;

/**
 * Readings at ever coarser resolution: tier 0 holds the last 64 as they came, each further tier the
 * last 64 stretches of four points of the one before, each by its least. Eight tiers remember the
 * last million readings in 512 points, so that a leak that takes minutes and one that takes weeks
 * fill windows of the same size. The least stands for a stretch because a leak raises the least that is
 * ever held, while load, batches and caches that are emptied raise only what is above it.
 */
export class GrowthSeries {
  private readonly rows: TierPoint[][] = Array.from({ length: TIERS }, () => []);
  private readonly gathering: TierPoint[][] = Array.from({ length: TIERS }, () => []);

  add(point: GrowthPoint): void {
    this.addTo(0, { ...point, highest: point.value });
  }

  /** The points of each tier, oldest first; a tier is left out while the finer one before it holds as much. */
  tiers(): readonly (readonly TierPoint[])[] {
    return this.rows.filter(
      (_, tier) => tier === 0 || (this.rows[tier - 1]?.length ?? 0) === POINTS_A_TIER,
    );
  }

  private addTo(tier: number, point: TierPoint): void {
    const row = this.rows[tier];
    const gathered = this.gathering[tier];
    if (row === undefined || gathered === undefined) return;
    row.push(point);
    if (row.length > POINTS_A_TIER) row.shift();
    gathered.push(point);
    if (gathered.length < MERGED) return;
    const least = gathered.reduce((low, each) => (each.value < low.value ? each : low), point);
    const highest = Math.max(...gathered.map((each) => each.highest));
    gathered.length = 0;
    this.addTo(tier + 1, { ...least, atMs: point.atMs, highest });
  }
}
