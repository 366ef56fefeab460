/** What a value is unusual in. */
export type AnomalyMeasure = "level" | "jump" | "shift" | "variability" | "season" | "shape";

/** A value as a measure sees it. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
  /** The value as it may be learnt: cut to a thousand times the usual magnitude, so that one value cannot drown all others. */
  readonly learnt: number;
  /** True behind a gap: the value before it says nothing of this one. */
  readonly isFresh: boolean;
}

/** A non-conformity: how far a value is from what this measure has seen; only its rank among the past ones counts. */
export interface Measure {
  readonly kind: AnomalyMeasure;
  /** 2 where high and low are ranked apart and the sign tells which it is; 1 where there are no negative values. */
  readonly sides: 1 | 2;
  /** Looks at the next value, then learns it. In any unit; undefined while it cannot say. */
  next(sample: Sample): number | undefined;
}

/** A running mean: of all values while they are few, fading with `points` from then on. */
export function runningMean(mean: number, value: number, seen: number, points: number): number {
  return mean + (value - mean) / Math.min(seen, points);
}
