/** Values of a column, each of which has the same share of the rows. */
export interface ValueClass {
  readonly values: number;
  readonly share: number;
  readonly isNull?: boolean;
}

/** A trend is told from so many listed values, where the last is so many times as common as the rest. */
const FEWEST_FOR_TREND = 20;
const SKEWED_BEYOND = 2.5;
const STEEPEST = 4;
/** A law is read from so many listed values, where the middle one lies on the line of the others. */
const FEWEST_FOR_LAW = 60;
const STRAIGHT_WITHIN = 0.15;
/** How many times as many as ANALYZE counted there may be. */
const MOST_UNCOUNTED = 3;

/**
 * Values that are too rare to be listed. Where the rarest listed one is much more common than they are on
 * the average, they go on falling as a power of their rank, from there to what adds up to their share.
 */
export function rareClasses(
  values: number,
  share: number,
  commonFractions: readonly number[],
  rows: number,
): readonly ValueClass[] {
  const even = [{ values, share: share / values }];
  const rarest = commonFractions.at(-1) ?? 0;
  const listed = commonFractions.length;
  if (listed < FEWEST_FOR_TREND || values < 2 * listed || rarest < SKEWED_BEYOND * (share / values))
    return even;
  const trend = classesByTrend(values, share, commonFractions, rows);
  if (trend !== null) return trend;
  const bounds = rankBounds(values);
  const classesWith = (exponent: number): ValueClass[] =>
    bounds.map(([from, to]) => {
      const rank = listed + (from + to) / 2;
      const fraction = Math.max(1 / rows, rarest * (rank / listed) ** -exponent);
      return { values: to - from, share: fraction };
    });
  const total = (classes: readonly ValueClass[]): number =>
    classes.reduce((sum, each) => sum + each.values * each.share, 0);
  let low = 0;
  let high = STEEPEST;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (total(classesWith(middle)) > share) low = middle;
    else high = middle;
  }
  const found = classesWith(high);
  const correction = share / total(found);
  return found.map((each) => ({ ...each, share: each.share * correction }));
}

/** Ranks in classes, each a third wider than the one before. */
function rankBounds(values: number): readonly (readonly [number, number])[] {
  const bounds: [number, number][] = [];
  let from = 0;
  let width = 4;
  while (from < values) {
    const to = Math.min(values, from + width);
    bounds.push([from, to]);
    from = to;
    width *= 4 / 3;
  }
  return bounds;
}

/**
 * The power by which the listed values fall, gone on with until their share is spent: ANALYZE counts too few
 * different values where most are rare. Null where the list falls otherwise, or its count is far off.
 */
function classesByTrend(
  values: number,
  share: number,
  commonFractions: readonly number[],
  rows: number,
): readonly ValueClass[] | null {
  const listed = commonFractions.length;
  const fractionAt = (rank: number): number => commonFractions[Math.floor(rank) - 1] ?? 0;
  const rarest = fractionAt(listed);
  const exponent = Math.log(fractionAt(listed / 4) / rarest) / Math.log(4);
  const straightness = fractionAt(listed / 2) / (rarest * 2 ** exponent);
  if (listed < FEWEST_FOR_LAW || Math.abs(straightness - 1) > STRAIGHT_WITHIN) return null;
  const classes: ValueClass[] = [];
  let found = 0;
  let left = share;
  for (let rank = listed, width = 4; left > share / 1e6; rank += width, width *= 4 / 3) {
    const fraction = rarest * ((rank + width / 2) / listed) ** -exponent;
    const keys = Math.min(width, left / fraction);
    const occurring = -keys * Math.expm1(-fraction * rows);
    classes.push({ values: occurring, share: (keys * fraction) / occurring });
    found += occurring;
    left -= keys * fraction;
    if (found > MOST_UNCOUNTED * values) return null;
  }
  return found < values ? null : classes;
}
