/** A skewed choice among ranks 0 … count-1; rank 0 is the most frequent. */
export interface Zipf {
  /** The rank of a uniform number in [0, 1). */
  rankOf(uniform: number): number;
  /** The share of everything that ranks below `rank` have, 0 to 1. */
  shareBelow(rank: number): number;
}

/**
 * Zipf–Mandelbrot: the frequency of rank r is proportional to (r + shift)^-exponent, here as the
 * continuous bounded Pareto distribution, which has a closed inverse.
 *
 * @param exponent above 0, not 1
 * @param shift above 0; larger flattens the head, so that the hottest rank stays within bounds
 */
export function createZipf(count: number, exponent: number, shift: number): Zipf {
  const power = 1 - exponent;
  const low = shift ** power;
  const range = (count + shift) ** power - low;
  return {
    rankOf: (uniform) =>
      Math.min(count - 1, Math.floor((uniform * range + low) ** (1 / power) - shift)),
    shareBelow: (rank) => ((rank + shift) ** power - low) / range,
  };
}
