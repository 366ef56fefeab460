/** A histogram as plain data: what a report carries, what history keeps. See `log-linear.ts` for the buckets. */
export interface HistogramData {
  /** How many values were recorded. */
  readonly count: number;
  readonly sum: number;
  /** The least value recorded; `Infinity` (as JSON: null) while there is none. */
  readonly min: number;
  /** The greatest value recorded; `-Infinity` (as JSON: null) while there is none. */
  readonly max: number;
  /** Indices of the buckets that hold something, ascending. */
  readonly indices: readonly number[];
  /** How many values each of these buckets holds; as long as `indices`. */
  readonly counts: readonly number[];
}
