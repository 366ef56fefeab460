import type { Memory } from "./memory.ts";

/*
 * Conformal p-values in bounded memory. The p-value of a non-conformity is the share of the past ones
 * that are at least as large, ties counted half (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a
 * Random World", Springer 2005; for streams: R. Laxhammar and G. Falkman, "Conformal prediction for
 * distribution-independent anomaly detection in streaming vessel data", 2010). The past is a histogram of
 * quarter octaves below the largest value, whose weights fade, so that only ranks matter and never the unit.
 * Beyond the largest value the shares are continued by a Pareto tail (B. M. Hill, Annals of Statistics 3, 1975).
 *
 * Positive and negative values are ranked apart, and the smaller tail counts twice: what is unusually low is found in a
 * series that is often high.
 */
const BINS = 96;
const BINS_PER_OCTAVE = 4;
/** One value, however large, raises the top by ten octaves at most: the others must not all fall into one bin. */
const MOST_RAISED_BINS = 40;
/** After so many points weights have fallen to 1/e. */
const MEMORY_POINTS = 10_000;
const FADE_EVERY_POINTS = 64;
const FADE = Math.exp(-FADE_EVERY_POINTS / MEMORY_POINTS);
/** The share of values that the tail is fitted to, and its least weight. */
const TAIL_SHARE = 0.05;
const LEAST_TAIL_WEIGHT = 10;
/** With fewer values nothing is unusual. */
const LEAST_VALUES = 20;
/** No tail is believed to be lighter than this many bins a factor e. */
const LEAST_HILL_BINS = 0.5;
/** Below this a value is nothing: differences of equal numbers that differ by rounding. */
const NOTHING = 1e-300;
const FORGOTTEN_WEIGHT = 0.5;
const LEAST_P = 1e-12;

/** What the cells of a sketch hold: total weight, absolute number of the highest bin, points since the last fading, 1 once there is a highest bin. */
const TOTAL = 0;
const TOP = 1;
const SINCE_FADING = 2;
const HAS_TOP = 3;
const CELLS = 4;

/** A fading histogram that says how unusual the next number is. A class, as a detector has a dozen: closures would take more than the weights. */
export class TailSketch {
  readonly #sides: 1 | 2;
  /** A row of bins for positive values; behind it, where there are two sides, one for negative ones. */
  readonly #weights: Float32Array;
  readonly #cells: Float64Array;

  /** @param sides 2 where negative values are ranked apart; 1 where there are none */
  constructor(memory: Memory, sides: 1 | 2 = 1) {
    this.#sides = sides;
    this.#weights = memory.floats(BINS * sides);
    this.#cells = memory.doubles(CELLS);
  }

  /** The share of the past at or beyond this, from `LEAST_P` to 1. */
  pValue(value: number): number {
    const total = this.#cells[TOTAL] ?? 0;
    if (total < LEAST_VALUES) return 1;
    const position = this.#positionOf(Math.abs(value));
    if (position === 0) return 1;
    const weights = this.#weights;
    const row = this.#rowOf(value);
    let above = position < BINS ? (weights[row + position] ?? 0) / 2 : 0;
    for (let bin = BINS - 1; bin > position; bin -= 1) above += weights[row + bin] ?? 0;
    const seen = above + 0.5;
    const beyond = above > 1.5 ? seen : Math.min(seen, tailWeight(weights, row, position));
    return Math.min(1, Math.max(LEAST_P, (this.#sides * beyond) / (total + 1)));
  }

  /** The magnitude below which a share of the past lies, of both sides together. */
  quantile(share: number): number {
    const wanted = (1 - share) * (this.#cells[TOTAL] ?? 0);
    let above = 0;
    for (let bin = BINS - 1; bin > 0; bin -= 1) {
      for (let row = 0; row < this.#weights.length; row += BINS)
        above += this.#weights[row + bin] ?? 0;
      if (above > wanted) return upperBound(bin + (this.#cells[TOP] ?? 0) - BINS + 1);
    }
    return 0;
  }

  add(value: number): void {
    const cells = this.#cells;
    const magnitude = Math.abs(value);
    if (cells[HAS_TOP] === 0 && magnitude > NOTHING) {
      cells[TOP] = absoluteBin(magnitude);
      cells[HAS_TOP] = 1;
    }
    let position = this.#positionOf(magnitude);
    if (position >= BINS) {
      this.#raiseTop(Math.min(position - BINS + 1, MOST_RAISED_BINS));
      position = BINS - 1;
    }
    const at = this.#rowOf(value) + position;
    this.#weights[at] = (this.#weights[at] ?? 0) + 1;
    cells[TOTAL] = (cells[TOTAL] ?? 0) + 1;
    cells[SINCE_FADING] = (cells[SINCE_FADING] ?? 0) + 1;
    if ((cells[SINCE_FADING] ?? 0) >= FADE_EVERY_POINTS) this.#fade();
  }

  /** From 0 (all that is small) to `BINS` - 1; above that what is larger than ever. */
  #positionOf(magnitude: number): number {
    if (!(magnitude > NOTHING)) return 0;
    if (this.#cells[HAS_TOP] === 0) return BINS;
    return Math.max(0, absoluteBin(magnitude) - (this.#cells[TOP] ?? 0) + BINS - 1);
  }

  #rowOf(value: number): number {
    return value < 0 && this.#sides === 2 ? BINS : 0;
  }

  #raiseTop(bins: number): void {
    const weights = this.#weights;
    for (let row = 0; row < weights.length; row += BINS) {
      const lowest = weightOf(weights, row, row + bins + 1);
      weights.copyWithin(row, row + bins, row + BINS);
      weights.fill(0, row + BINS - bins, row + BINS);
      weights[row] = lowest;
    }
    this.#cells[TOP] = (this.#cells[TOP] ?? 0) + bins;
  }

  #fade(): void {
    const weights = this.#weights;
    for (let at = 0; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) * FADE;
    this.#cells[TOTAL] = weightOf(weights, 0, weights.length);
    this.#cells[SINCE_FADING] = 0;
    this.#lowerTop();
  }

  /** What was once huge is forgotten: an octave lower, so that smaller values get their bins back. */
  #lowerTop(): void {
    const weights = this.#weights;
    let high = 0;
    for (let row = 0; row < weights.length; row += BINS)
      high += weightOf(weights, row + BINS - MOST_RAISED_BINS, row + BINS);
    if (high >= FORGOTTEN_WEIGHT || this.#cells[HAS_TOP] === 0) return;
    for (let row = 0; row < weights.length; row += BINS) {
      const highest = row + BINS - 1 - BINS_PER_OCTAVE;
      weights[highest] = weightOf(weights, highest, row + BINS);
      weights.copyWithin(row + BINS_PER_OCTAVE, row, highest + 1);
      weights.fill(0, row + 1, row + BINS_PER_OCTAVE + 1);
    }
    this.#cells[TOP] = (this.#cells[TOP] ?? 0) - BINS_PER_OCTAVE;
  }
}

/** Weight at or beyond a bin by a Pareto tail: its logarithm is exponential, with the mean excess of what is in the tail. */
function tailWeight(weights: Float32Array, row: number, position: number): number {
  const wanted = Math.max(LEAST_TAIL_WEIGHT, TAIL_SHARE * weightOf(weights, row, row + BINS));
  let weight = 0;
  let weightedBins = 0;
  let bin = BINS - 1;
  for (; bin >= 0 && weight < wanted; bin -= 1) {
    weight += weights[row + bin] ?? 0;
    weightedBins += (weights[row + bin] ?? 0) * bin;
  }
  if (weight < wanted) return Number.POSITIVE_INFINITY;
  const threshold = bin + 1;
  const hillBins = Math.max(LEAST_HILL_BINS, weightedBins / weight - threshold);
  return weight * Math.exp(-(position - threshold) / hillBins);
}

function weightOf(weights: Float32Array, from: number, to: number): number {
  let weight = 0;
  for (let at = from; at < to; at += 1) weight += weights[at] ?? 0;
  return weight;
}

function absoluteBin(magnitude: number): number {
  return Math.floor(Math.log2(magnitude) * BINS_PER_OCTAVE);
}

function upperBound(absolute: number): number {
  return 2 ** ((absolute + 1) / BINS_PER_OCTAVE);
}
