/** A set of parameters with the rows that the planner expects it to bring; null where it cannot tell. */
export interface ExpectedSet {
  readonly values: readonly (string | null)[];
  readonly rows: number | null;
}

/**
 * Mixes sets drawn by how often their values occur with sets drawn from each value alike. How
 * often a value is asked for is neither, and the counters tell only how many rows a call brought:
 * the mix is the one whose mean comes nearest to that. Where the rows tell nothing apart (an
 * aggregate always brings one), half of each is taken.
 *
 * @param frequent drawn by frequency; as many as `alike`
 * @param rowsPerCall rows that a call brought in production; null where it is not known
 */
export function mixByRows(
  frequent: readonly ExpectedSet[],
  alike: readonly ExpectedSet[],
  rowsPerCall: number | null,
): readonly (readonly (string | null)[])[] {
  const mixes = Array.from({ length: frequent.length + 1 }, (_, taken) => ({
    taken,
    sets: [...frequent.slice(0, taken), ...alike.slice(taken)],
  }));
  const half = frequent.length / 2;
  const best = mixes
    .map(({ taken, sets }) => ({
      sets,
      distance: rowsPerCall === null ? 0 : distanceTo(rowsPerCall, sets),
      fromHalf: Math.abs(taken - half),
    }))
    .sort((one, other) => one.distance - other.distance || one.fromHalf - other.fromHalf)[0];
  return (best?.sets ?? []).map(({ values }) => values);
}

/** How far the mean rows are off, as a factor's logarithm in steps that the planner can tell apart. */
function distanceTo(rowsPerCall: number, sets: readonly ExpectedSet[]): number {
  const known = sets.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  if (known.length === 0) return 0;
  const mean = known.reduce((sum, rows) => sum + rows, 0) / known.length;
  return Math.round(10 * Math.abs(Math.log((mean + 1) / (rowsPerCall + 1))));
}
