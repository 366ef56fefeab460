/** Pairs that rise less pairs that fall. */
export function kendallScore(values: readonly number[]): number {
  let score = 0;
  for (let later = 1; later < values.length; later += 1) {
    const value = values[later] ?? 0;
    for (let earlier = 0; earlier < later; earlier += 1) {
      score += Math.sign(value - (values[earlier] ?? 0));
    }
  }
  return score;
}

/** The variance of S in a series without trend, with Kendall's correction for ties. */
export function varianceOfScore(values: readonly number[]): number {
  const spread = (size: number): number => size * (size - 1) * (2 * size + 5);
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const tied of counts.values()) ties += spread(tied);
  return (spread(values.length) - ties) / 18;
}
