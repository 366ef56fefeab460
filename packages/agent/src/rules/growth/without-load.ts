import { mannKendall, median, midRanks, theilSen } from "@streamgate/telemetry/statistics";
import type { GrowthPoint } from "./growth-series.ts";

const LEAST_CORRELATION = 0.4;
const CORRELATION_DEVIATIONS = 2;
const RISING_LOAD = 0.05;

/**
 * The values of a window without the part that comes and goes with the load. Where value and load, both freed from their
 * trends, move together (Spearman), each value loses what its load is above or below the window's median load, times the
 * Theil–Sen slope of one on the other. Requests that wait hold memory; that is no leak, and it hides one.
 */
export function withoutLoad(points: readonly GrowthPoint[]): readonly number[] {
  const values = points.map(({ value }) => value);
  const loads = points.map(({ load }) => load);
  const times = points.map(({ atMs }) => atMs);
  const valueRests = restsOf(values, times);
  const loadRests = restsOf(loads, times);
  const least = Math.max(LEAST_CORRELATION, CORRELATION_DEVIATIONS / Math.sqrt(points.length));
  if (spearman(valueRests, loadRests) < least) return values;
  const slope = slopeOn(loadRests, valueRests);
  if (slope <= 0) return values;
  const usual = median(loads);
  return values.map((value, index) => value - slope * ((loads[index] ?? 0) - usual));
}

/**
 * Whether the load alone could explain a rise: memory that is held for work in hand, beside some that is always held, grows
 * at most in proportion to the work. So a load that rose by a larger part than the value may be all there is to it.
 *
 * @param relativeRise of the value over the window
 */
export function mayFollowLoad(points: readonly GrowthPoint[], relativeRise: number): boolean {
  const loads = points.map(({ load }) => load);
  if (mannKendall(loads).risingPValue > RISING_LOAD) return false;
  const first = points[0]?.atMs ?? 0;
  const times = points.map(({ atMs }) => atMs - first);
  const { slope, intercept } = theilSen(loads, { times });
  return intercept > 0 && (slope * (times.at(-1) ?? 0)) / intercept >= relativeRise;
}

/** What a straight line leaves of a series. */
function restsOf(values: readonly number[], times: readonly number[]): readonly number[] {
  const { slope, intercept } = theilSen(values, { times });
  return values.map((value, index) => value - intercept - slope * (times[index] ?? 0));
}

/** The correlation of ranks; 0 where one of the series does not vary. */
function spearman(left: readonly number[], right: readonly number[]): number {
  const leftRanks = midRanks(left);
  const rightRanks = midRanks(right);
  const mean = (left.length + 1) / 2;
  let product = 0;
  let leftPower = 0;
  let rightPower = 0;
  for (const [index, rank] of leftRanks.entries()) {
    const other = (rightRanks[index] ?? mean) - mean;
    product += (rank - mean) * other;
    leftPower += (rank - mean) ** 2;
    rightPower += other ** 2;
  }
  const power = Math.sqrt(leftPower * rightPower);
  return power === 0 ? 0 : product / power;
}

/** The Theil–Sen slope of one series on another that need not be in order. */
function slopeOn(by: readonly number[], values: readonly number[]): number {
  const order = by.map((_, index) => index).sort((a, b) => (by[a] ?? 0) - (by[b] ?? 0));
  return theilSen(
    order.map((index) => values[index] ?? 0),
    { times: order.map((index) => by[index] ?? 0) },
  ).slope;
}
