import type { Interval, Random } from "@streamgate/core";

/*
 * The shift function: how much each decile of the run time moved.
 *
 * A speed-up of the median alone hides whether the fast calls, the slow ones or all of them gained.
 * The shift function shows it as Q_after(p) − Q_before(p) over p (K. Doksum, "Empirical Probability
 * Plots and Statistical Inference for Nonlinear Models in the Two-Sample Case", The Annals of
 * Statistics 2 (1974)), here at the deciles (R. R. Wilcox, "Comparing Two Independent Groups Via
 * Multiple Quantiles", The Statistician 44 (1995)).
 *
 * A decile is estimated by F. E. Harrell and C. E. Davis, "A New Distribution-Free Quantile
 * Estimator", Biometrika 69 (1982): a mean of all order statistics, weighted by the density of
 * Beta((n + 1)p, (n + 1)(1 − p)) over ((i − 1)/n, i/n); it varies less than a single order statistic
 * where calls are few. The weights are integrated by midpoints and made to add up to 1, so that no
 * gamma function is needed. Intervals are percentile bootstraps of the difference (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13), from a seed: who asks twice sees
 * the same figures.
 */

/** after − before at one quantile, in the unit of the samples. */
export interface QuantileShift {
  /** 0 to 1. */
  readonly quantile: number;
  readonly difference: Interval;
}

export const DECILES: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

const CONFIDENCE = 0.95;
const RESAMPLES = 400;
/** More calls than these make no decile surer, only the bootstrap slower. */
const MOST_SAMPLES = 600;
const MIDPOINTS = 16;

/** The shift at every quantile; empty where a side has no calls. */
export function quantileShift(
  before: readonly number[],
  after: readonly number[],
  random: Random,
  quantiles: readonly number[] = DECILES,
): readonly QuantileShift[] {
  if (before.length === 0 || after.length === 0) return [];
  const sides = [before, after].map((samples) => {
    const sorted = thinned(Float64Array.from(samples).sort());
    return { sorted, weights: quantiles.map((at) => harrellDavisWeights(sorted.length, at)) };
  });
  const drawn = Array.from({ length: RESAMPLES }, () =>
    sides.map(({ sorted, weights }) => {
      const resample = resampled(sorted, random);
      return weights.map((one) => weightedSum(resample, one));
    }),
  );
  return quantiles.map((quantile, at) => {
    const differences = Float64Array.from(
      drawn,
      ([one, other]) => (other?.[at] ?? 0) - (one?.[at] ?? 0),
    ).sort();
    const [early, late] = sides.map(({ sorted, weights }) =>
      weightedSum(sorted, weights[at] ?? new Float64Array()),
    );
    const point = (late ?? 0) - (early ?? 0);
    const tail = (1 - CONFIDENCE) / 2;
    return {
      quantile,
      difference: {
        point,
        // The interval of a skewed sample may leave its own middle out by a hair.
        low: Math.min(point, orderStatistic(differences, tail)),
        high: Math.max(point, orderStatistic(differences, 1 - tail)),
        confidence: CONFIDENCE,
      },
    };
  });
}

/**
 * The quantile of samples by Harrell and Davis.
 *
 * @param samples in any order; not empty
 * @param quantile above 0 and below 1
 */
export function harrellDavis(samples: readonly number[], quantile: number): number {
  const sorted = Float64Array.from(samples).sort();
  return weightedSum(sorted, harrellDavisWeights(sorted.length, quantile));
}

function harrellDavisWeights(count: number, quantile: number): Float64Array {
  const first = (count + 1) * quantile - 1;
  const second = (count + 1) * (1 - quantile) - 1;
  const logDensity = (at: number): number => first * Math.log(at) + second * Math.log1p(-at);
  const mode = Math.min(1 - 1 / (4 * count), Math.max(1 / (4 * count), quantile));
  const scale = logDensity(mode);
  const weights = Float64Array.from({ length: count }, (_, index) => {
    let sum = 0;
    for (let step = 0; step < MIDPOINTS; step += 1)
      sum += Math.exp(logDensity((index + (step + 0.5) / MIDPOINTS) / count) - scale);
    return sum;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** At most so many of ascending values, evenly chosen. */
function thinned(sorted: Float64Array): Float64Array {
  if (sorted.length <= MOST_SAMPLES) return sorted;
  const step = sorted.length / MOST_SAMPLES;
  return Float64Array.from(
    { length: MOST_SAMPLES },
    (_, index) => sorted[Math.floor((index + 0.5) * step)] ?? 0,
  );
}

/** As many values, drawn with replacement, in order: they are counted, not sorted. */
function resampled(sorted: Float64Array, random: Random): Float64Array {
  const counts = new Uint32Array(sorted.length);
  for (let draw = 0; draw < sorted.length; draw += 1) {
    const at = random.integer(sorted.length);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const drawn = new Float64Array(sorted.length);
  let end = 0;
  for (let at = 0; at < counts.length; at += 1) {
    const value = sorted[at] ?? 0;
    for (let left = counts[at] ?? 0; left > 0; left -= 1) {
      drawn[end] = value;
      end += 1;
    }
  }
  return drawn;
}

function weightedSum(sorted: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < sorted.length; index += 1)
    sum += (sorted[index] ?? 0) * (weights[index] ?? 0);
  return sum;
}

function orderStatistic(sorted: Float64Array, share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)] ?? 0;
}
