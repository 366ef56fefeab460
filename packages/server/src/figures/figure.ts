import type { Figure } from "@streamgate/contract";

/** What was read of counters, histograms or a lab. Null where it was not read; never a number that is none. */
export function measured(value: number | null, unit: string): Figure {
  return { value: finiteOrNull(value), unit, rung: "measured" };
}

/** What the planner or a model says. */
export function estimated(value: number | null, unit: string): Figure {
  return { value: finiteOrNull(value), unit, rung: "estimated" };
}

/** Null for what is no number. */
export function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
