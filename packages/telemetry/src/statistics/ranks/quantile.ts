/**
 * The value below which a share of a sample lies, interpolated between neighbours (Hyndman and
 * Fan, 1996, type 7).
 *
 * @param sorted ascending
 * @param share 0 to 1
 * @returns NaN for an empty sample
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** The middle value of a sample; NaN for an empty one. */
export function median(values: readonly number[]): number {
  return quantileOfSorted(
    [...values].sort((left, right) => left - right),
    0.5,
  );
}
