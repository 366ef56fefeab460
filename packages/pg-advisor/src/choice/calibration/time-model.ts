import type { Interval } from "@streamgate/core";
import { COSTED_KINDS, type PlanWork, WORK_KINDS, type WorkKind } from "./plan-work.ts";

/** Milliseconds that a unit of the planner's cost takes on one database, by kind of work. */
export interface TimeModel {
  readonly msPerCost: Readonly<Record<WorkKind, number>>;
  /** Standard deviation of the logarithm of (real ÷ predicted) of a plan that shares no work with the measured one. */
  readonly spread: number;
  /** Statements whose measured means it was fitted to. */
  readonly statements: number;
  /** Pairs of times before and after that were measured in a lab or in production. */
  readonly pairs: number;
}

/** Confidence of the intervals of predictions. */
export const PREDICTION_CONFIDENCE = 0.9;
/** Quantile of the normal distribution that leaves 5 % on each side. */
const DEVIATIONS = 1.645;

/** Time of a plan by the model alone, in milliseconds. */
export function modelledMs({ msPerCost }: TimeModel, work: PlanWork): number {
  return WORK_KINDS.reduce((sum, kind) => sum + msPerCost[kind] * work[kind], 0);
}

/** The share of its time that a plan would keep: after ÷ before. What both plans get wrong alike cancels out. */
export function timeRatio(model: TimeModel, before: PlanWork, after: PlanWork): number {
  const base = modelledMs(model, before);
  return base > 0 ? modelledMs(model, after) / base : 1;
}

/**
 * The least share of its time that a plan of this cost or more can keep, whatever its work is made of: all of it of the kind that is
 * fastest for its cost.
 */
export function leastRatio(model: TimeModel, before: PlanWork, leastCost: number): number {
  const { msPerCost } = model;
  const fastest = Math.min(...COSTED_KINDS.map((kind) => msPerCost[kind]));
  const base = modelledMs(model, before);
  const fixedMs = msPerCost.start + msPerCost.output * before.output;
  return base > 0 ? Math.min(1, (fastest * leastCost + fixedMs) / base) : 0;
}

/** The mean that a statement is expected to have, with its interval. Where the plan stays the same there is nothing to be unsure of. */
export function expectedMean(
  model: TimeModel,
  meanMs: number,
  before: PlanWork,
  after: PlanWork,
  guarded: PlanWork = after,
): Interval {
  const point = meanMs * timeRatio(model, before, after);
  const deviation = model.spread * changedShare(model, before, after) ** 0.5 * DEVIATIONS;
  const atWorst = meanMs * timeRatio(model, before, guarded);
  return {
    point,
    low: point * Math.exp(-deviation),
    high: Math.max(point * Math.exp(deviation), atWorst),
    confidence: PREDICTION_CONFIDENCE,
  };
}

/** How much of the longer plan's time is of work that the other one has not, 0 to 1. */
function changedShare(model: TimeModel, before: PlanWork, after: PlanWork): number {
  const shared = WORK_KINDS.reduce(
    (sum, kind) => sum + model.msPerCost[kind] * Math.min(before[kind], after[kind]),
    0,
  );
  const longest = Math.max(modelledMs(model, before), modelledMs(model, after));
  return longest > 0 ? 1 - shared / longest : 0;
}
