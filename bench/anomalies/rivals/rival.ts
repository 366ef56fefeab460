/** A detector that is measured beside the project's: written from its paper. */
export interface Rival {
  readonly name: string;
  /** A score for each value, in order, each from what came before it. */
  score(values: readonly number[]): Float64Array;
}

/** As NAB allows it: the first points of a series, for whoever trains. */
export function probationOf(length: number): number {
  return Math.floor(0.15 * Math.min(length, 5000));
}
