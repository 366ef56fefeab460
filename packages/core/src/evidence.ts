/**
 * How a number was earned. Each rung needs its own run: the planner's or a model's figure is
 * `estimated`; both versions really ran in a lab: `measured`; production got better after the
 * apply, against untouched statements as the control: `verified`.
 */
export const RUNGS = ["estimated", "measured", "verified"] as const;
export type Rung = (typeof RUNGS)[number];

/** A number with its unit, where it was read, when, and how it was earned. */
export interface Evidence {
  /** What the number says, as a short noun phrase: `mean time a call`. */
  readonly name: string;
  readonly value: number;
  /** UCUM-like: `ms`, `bytes`, `calls`, `rows`, `ratio`, `cost`. */
  readonly unit: string;
  readonly rung: Rung;
  /** Where it was read: `pg_stat_statements`, `twin`, `lab`. */
  readonly source: string;
  /** ISO 8601 instant. */
  readonly at: string;
}

/** A point estimate with the bounds of its confidence interval. */
export interface Interval {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  /** Confidence level between 0 and 1, such as 0.95. */
  readonly confidence: number;
}
