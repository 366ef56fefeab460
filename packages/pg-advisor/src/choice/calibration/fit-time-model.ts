import { COSTED_KINDS, NO_WORK, type PlanWork, WORK_KINDS, type WorkKind } from "./plan-work.ts";
import { solveSymmetric } from "./solve.ts";
import type { TimeModel } from "./time-model.ts";
import { START_MS, usualSpeed } from "./usual-speeds.ts";

/** A statement whose mean the counters measured, with the work of its plan. */
export interface TimedWork {
  readonly work: PlanWork;
  readonly meanMs: number;
  readonly calls: number;
}

/** One statement that really ran before and after a fix. */
export interface TimedChange {
  readonly before: PlanWork;
  readonly after: PlanWork;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Without any measurement: about what a page in memory takes. */
const NOMINAL_MS_PER_COST = 0.005;
/** Prior of the speeds: one kind may be twice as slow for its cost as another (a standard deviation of ln 2). */
const PRIOR_DEVIATION = Math.LN2;
const FARTHEST = Math.log(8);
/** Prior of the spread: advice by cost alone was wrong by a factor of two, worth as much as eight observations. */
const PRIOR_SPREAD = Math.LN2;
const PRIOR_OBSERVATIONS = 8;
/** Both sides of a pair ran on one machine with the same values: it says more of a plan's share than two statements do. */
const PAIR_WEIGHT = 4;
const STEADY_CALLS = 5;
/** Huber's limit: beyond so many deviations an observation pulls no harder. */
const HUBER_LIMIT = 1.345;
const ROUNDS = 40;
const LONGEST_STEP = 1;

interface Observation {
  readonly terms: readonly { readonly work: PlanWork; readonly sign: 1 | -1 }[];
  /** Logarithm of what was measured. */
  readonly log: number;
  readonly weight: number;
}

/**
 * Milliseconds a unit of cost, by kind of work, that explain the measured means best. Regression of the logarithm of time, so that short
 * and long statements count alike; speeds are positive by being logarithms themselves; outliers (locks, cold caches, wrong row
 * estimates) are held back by Huber's weights (P. J. Huber, Robust Estimation of a Location Parameter, 1964), and every kind is drawn to the
 * common speed by a ridge, so that a kind that no statement shows keeps it. Of a pair only the ratio after ÷ before counts: a
 * lab may be faster than production.
 */
export function fitTimeModel(
  statements: readonly TimedWork[],
  changes: readonly TimedChange[] = [],
  memoryShare = 1,
): TimeModel {
  const timed = statements.filter(({ work, meanMs }) => meanMs > 0 && costIn(work) > 0);
  const usual = usualSpeeds(commonSpeed(timed), memoryShare);
  const observations = [
    ...timed.map(
      ({ work, meanMs, calls }): Observation => ({
        terms: [{ work, sign: 1 }],
        log: Math.log(meanMs),
        weight: Math.min(1, calls / STEADY_CALLS),
      }),
    ),
    ...changes
      .filter(({ beforeMs, afterMs }) => beforeMs > 0 && afterMs > 0)
      .map(
        ({ before, after, beforeMs, afterMs }): Observation => ({
          terms: [
            { work: after, sign: 1 },
            { work: before, sign: -1 },
          ],
          log: Math.log(afterMs / beforeMs),
          weight: PAIR_WEIGHT,
        }),
      ),
  ];
  let logs = WORK_KINDS.map(() => 0);
  let spread = PRIOR_SPREAD;
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = newtonStep(observations, logs, spread, usual);
    logs = logs.map((log, kind) => clamp(log + clamp(step[kind] ?? 0, LONGEST_STEP), FARTHEST));
    spread = spreadOf(observations, logs, usual);
    if (step.every((change) => Math.abs(change) < 1e-9)) break;
  }
  const speeds = speedsOf(logs, usual);
  return {
    msPerCost: speeds,
    spread,
    statements: timed.length,
    pairs: observations.length - timed.length,
  };
}

/** Gauss–Newton with Huber's weights and a ridge. */
function newtonStep(
  observations: readonly Observation[],
  logs: readonly number[],
  spread: number,
  usual: Speeds,
): readonly number[] {
  const ridge = 1 / PRIOR_DEVIATION ** 2;
  const matrix = WORK_KINDS.map((_, row) =>
    WORK_KINDS.map((__, column) => (row === column ? ridge : 0)),
  );
  const right = logs.map((log) => -ridge * log);
  const speeds = speedsOf(logs, usual);
  for (const observation of observations) {
    const { residual, gradient } = describe(observation, speeds);
    const deviations = Math.abs(residual) / spread;
    const trust = deviations <= HUBER_LIMIT ? 1 : HUBER_LIMIT / deviations;
    const weight = (observation.weight * trust) / spread ** 2;
    for (const [row, slope] of gradient.entries()) {
      right[row] = (right[row] ?? 0) + weight * slope * residual;
      const line = matrix[row];
      if (line === undefined || slope === 0) continue;
      for (const [column, other] of gradient.entries())
        line[column] = (line[column] ?? 0) + weight * slope * other;
    }
  }
  return solveSymmetric(matrix, right);
}

/** What the model leaves unexplained, and how its prediction moves with the logarithm of each speed. */
function describe(
  { terms, log }: Observation,
  speeds: Readonly<Record<WorkKind, number>>,
): { readonly residual: number; readonly gradient: readonly number[] } {
  let predicted = 0;
  const gradient = WORK_KINDS.map(() => 0);
  for (const { work, sign } of terms) {
    const parts = WORK_KINDS.map((kind) => speeds[kind] * work[kind]);
    const total = parts.reduce((sum, part) => sum + part, 0);
    predicted += sign * Math.log(total);
    for (const [kind, part] of parts.entries())
      gradient[kind] = (gradient[kind] ?? 0) + (sign * part) / total;
  }
  return { residual: log - predicted, gradient };
}

/** Median absolute residual as a standard deviation, blended with the prior; pairs speak for changes, so they alone do where there are any. */
function spreadOf(
  observations: readonly Observation[],
  logs: readonly number[],
  usual: Speeds,
): number {
  const speeds = speedsOf(logs, usual);
  const pairs = observations.filter(({ terms }) => terms.length > 1);
  const speaking = pairs.length >= PRIOR_OBSERVATIONS ? pairs : observations;
  const residuals = speaking.map((one) => Math.abs(describe(one, speeds).residual));
  const deviation = 1.4826 * medianOf(residuals);
  const count = residuals.length;
  return Math.sqrt(
    (PRIOR_OBSERVATIONS * PRIOR_SPREAD ** 2 + count * deviation ** 2) /
      (PRIOR_OBSERVATIONS + count),
  );
}

/** Milliseconds a unit, by kind. */
type Speeds = Readonly<Record<WorkKind, number>>;

function speedsOf(logs: readonly number[], usual: Speeds): Speeds {
  const speeds: Record<WorkKind, number> = { ...NO_WORK };
  for (const [position, kind] of WORK_KINDS.entries()) {
    speeds[kind] = (usual[kind] ?? 0) * Math.exp(logs[position] ?? 0);
  }
  return speeds;
}

function usualSpeeds(common: number, memoryShare: number): Speeds {
  const speeds: Record<WorkKind, number> = { ...NO_WORK };
  for (const kind of WORK_KINDS) speeds[kind] = usualSpeed(kind, common, memoryShare);
  return speeds;
}

function commonSpeed(statements: readonly TimedWork[]): number {
  const ratios = statements.map(
    ({ work, meanMs }) => Math.max(meanMs - START_MS, meanMs / 10) / costIn(work),
  );
  return ratios.length === 0 ? NOMINAL_MS_PER_COST : medianOf(ratios);
}

function costIn(work: PlanWork): number {
  return COSTED_KINDS.reduce((sum, kind) => sum + work[kind], 0);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? 0;
  const high = sorted[Math.floor(middle)] ?? low;
  return (low + high) / 2;
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
