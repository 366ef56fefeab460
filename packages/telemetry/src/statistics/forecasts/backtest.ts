import { fitModel, type ModelShape, type Prediction } from "./model.ts";

/** How far a model was off when it was asked from an earlier instant: truth less prediction, by steps ahead from 1. */
export interface ErrorPath {
  /** How many values were known. */
  readonly origin: number;
  readonly errors: readonly number[];
}

/** A model with its record on the past of the same series. */
export interface TriedModel {
  readonly shape: ModelShape;
  readonly predict: Prediction;
  /** Oldest first. */
  readonly paths: readonly ErrorPath[];
  /** Mean absolute error over all paths. */
  readonly meanError: number;
}

/** Instants of the past from which a forecast is made and compared with what came. */
const ORIGINS = 60;

/**
 * Lets every model forecast the known part of a series from many earlier instants, and returns the
 * one that was nearest to the truth.
 *
 * @param values finite, in equal steps; at least 4
 * @param horizonSteps how far ahead the forecast will be asked, from 1
 */
export function chooseModel(
  values: readonly number[],
  shapes: readonly ModelShape[],
  horizonSteps: number,
): TriedModel {
  const origins = originsOf(
    values.length,
    shapes.map(({ seasonSteps }) => seasonSteps),
    horizonSteps,
  );
  // A third of them is enough to compare; the one chosen is tried from all.
  const few = origins.filter((_, index) => index % 3 === (origins.length - 1) % 3);
  const [best] = shapes
    .map((shape) => tryModel(values, shape, few, horizonSteps))
    .sort((left, right) => left.meanError - right.meanError);
  const shape = best?.shape ?? { seasonSteps: 0, hasTrend: false, isPersistent: true };
  return tryModel(values, shape, origins, horizonSteps);
}

function tryModel(
  values: readonly number[],
  shape: ModelShape,
  origins: readonly number[],
  horizonSteps: number,
): TriedModel {
  const paths = origins.map((origin) => {
    const predict = fitModel(values.slice(0, origin), shape);
    const known = values.slice(origin, origin + horizonSteps);
    return { origin, errors: known.map((value, index) => value - predict(index + 1)) };
  });
  const all = paths.flatMap(({ errors }) => errors);
  const meanError = all.reduce((sum, error) => sum + Math.abs(error), 0) / Math.max(1, all.length);
  return { shape, predict: fitModel(values, shape), paths, meanError };
}

/**
 * Lengths of the known part at which forecasts are tried. Where there is a season they lie at the
 * same time of it as now, since what is hard to foretell at night need not be so at noon; else they
 * are spread evenly.
 */
function originsOf(
  size: number,
  seasons: readonly number[],
  horizonSteps: number,
): readonly number[] {
  const least = Math.min(size - 1, Math.max(3, 2 * Math.max(0, ...seasons), Math.floor(size / 4)));
  // A path that ends early says nothing of far steps: the newest origin leaves room for most of one.
  const newest = Math.max(least, size - Math.max(1, Math.min(horizonSteps, (size - least) >> 1)));
  const season = Math.min(...seasons.filter((steps) => steps > 0));
  const isSeasonal = Number.isFinite(season) && newest - least >= 8 * season;
  return isSeasonal ? inPhase(least, newest, size, season) : spreadEvenly(least, newest);
}

function spreadEvenly(least: number, newest: number): readonly number[] {
  const count = Math.min(ORIGINS, newest - least + 1);
  const stride = count <= 1 ? 0 : (newest - least) / (count - 1);
  return Array.from({ length: count }, (_, index) => Math.round(least + index * stride));
}

function inPhase(least: number, newest: number, size: number, season: number): readonly number[] {
  const seasons = Math.floor((size - least) / season);
  const around = Math.max(1, Math.round(ORIGINS / seasons));
  const step = Math.max(1, Math.floor(season / 24));
  const origins: number[] = [];
  for (let back = seasons; back >= 1; back -= 1) {
    for (let index = 0; index < around; index += 1) {
      const origin = size - back * season + (index - ((around - 1) >> 1)) * step;
      if (origin >= least && origin <= newest) origins.push(origin);
    }
  }
  return origins.slice(-ORIGINS);
}
