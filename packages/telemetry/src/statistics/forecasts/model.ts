import { median } from "../ranks/quantile.ts";

/** What a model takes into account; every combination is tried on the past, the best one speaks. */
export interface ModelShape {
  /** Steps after which the series repeats itself; 0 for none. */
  readonly seasonSteps: number;
  readonly hasTrend: boolean;
  /** Whether what is unusual now stays for good, instead of fading. */
  readonly isPersistent: boolean;
}

/** A fitted model: the value so many steps after the last one it saw. */
export type Prediction = (stepsAhead: number) => number;

/** Seasons that the profile looks back: older habits do not count. */
const PROFILE_SEASONS = 5;
/** Pairs of values that the slope is the median of. */
const SLOPE_PAIRS = 400;

/**
 * Fits a robust decomposition into trend (median slope), seasonal profile (median of each phase)
 * and the deviation of now, which fades as the residuals' own memory says.
 *
 * @param values finite, in equal steps, the newest last
 */
export function fitModel(values: readonly number[], shape: ModelShape): Prediction {
  const size = values.length;
  const last = size - 1;
  const slope = shape.hasTrend ? medianSlope(values, shape.seasonSteps) : 0;
  const profile = profileOf(values, shape.seasonSteps);
  const expected = (index: number): number => profile(index) + slope * (index - last);
  const residuals = values
    .slice(-memoryOf(shape, size))
    .map((value, index, part) => value - expected(size - part.length + index));
  const level =
    shape.seasonSteps > 0 ? median(residuals.slice(-shape.seasonSteps)) : median(residuals);
  const now = median(residuals.slice(-3));
  const fading = shape.isPersistent ? 1 : memory(residuals.map((residual) => residual - level));
  return (stepsAhead) => expected(last + stepsAhead) + level + (now - level) * fading ** stepsAhead;
}

function memoryOf({ seasonSteps }: ModelShape, size: number): number {
  return Math.min(size, seasonSteps > 0 ? PROFILE_SEASONS * seasonSteps : Math.max(48, size >> 1));
}

/** The median of the slopes between values a season apart, or half a series apart (Theil, 1950; Sen, 1968). */
function medianSlope(values: readonly number[], seasonSteps: number): number {
  const size = values.length;
  const gap = seasonSteps > 0 ? seasonSteps : Math.max(1, size >> 1);
  const pairs = size - gap;
  if (pairs < 1) return 0;
  const stride = Math.max(1, Math.floor(pairs / SLOPE_PAIRS));
  const slopes: number[] = [];
  for (let index = size - 1; index >= gap; index -= stride) {
    slopes.push(((values[index] ?? 0) - (values[index - gap] ?? 0)) / gap);
  }
  return median(slopes);
}

/**
 * What each phase of a season adds to the level: the median over the last seasons, each taken
 * against its own level, so that a series that moved for good keeps its shape.
 */
function profileOf(values: readonly number[], seasonSteps: number): (index: number) => number {
  if (seasonSteps === 0) return () => 0;
  // The slope of these very seasons: with another one the end of a season would not meet the next one's start.
  const slope = medianSlope(values.slice(-(PROFILE_SEASONS + 1) * seasonSteps), seasonSteps);
  const last = values.length - 1;
  const seasons = Math.min(PROFILE_SEASONS, Math.floor(values.length / seasonSteps));
  const shapes = Array.from({ length: seasons }, (_, season) => {
    const end = values.length - season * seasonSteps;
    const part = values
      .slice(end - seasonSteps, end)
      .map((value, index) => value - slope * (end - seasonSteps + index - last));
    const level = median(part);
    return part.map((value) => value - level);
  });
  const phases = Array.from({ length: seasonSteps }, (_, phase) =>
    median(shapes.map((shape) => shape[phase] ?? 0)),
  );
  const first = values.length % seasonSteps;
  return (index) => phases[(((index - first) % seasonSteps) + seasonSteps) % seasonSteps] ?? 0;
}

/** The autocorrelation of neighbours, 0 to 0.999. */
function memory(residuals: readonly number[]): number {
  let products = 0;
  let squares = 0;
  for (let index = 1; index < residuals.length; index += 1) {
    products += (residuals[index] ?? 0) * (residuals[index - 1] ?? 0);
    squares += (residuals[index - 1] ?? 0) ** 2;
  }
  return squares === 0 ? 0 : Math.min(0.999, Math.max(0, products / squares));
}
