import { blocksTouched } from "../costs/block-counts.ts";
import { weighPlan } from "../costs/weigh-plan.ts";
import type { ExplainedPlan } from "../tree/explained-plan.ts";
import { alignUnits } from "./align-units.ts";
import { changesOfFigures } from "./compare-figures.ts";
import { changesOfPair } from "./compare-pairs.ts";
import { changesOfUnmatched, joinOrderChange } from "./compare-unmatched.ts";
import type { PlanChange } from "./plan-change.ts";
import { unitTrees } from "./units.ts";

/** What changed between two plans of a statement. */
export interface PlanDiff {
  /** Whether the executor does the same steps in the same order by the same indexes; figures may differ. */
  readonly isSamePlan: boolean;
  /** Changes of steps first, then of figures. */
  readonly changes: readonly PlanChange[];
  readonly before: PlanTotals;
  readonly after: PlanTotals;
}

/** A plan as a whole; null where EXPLAIN did not tell. */
interface PlanTotals {
  readonly cost: number;
  readonly ms: number | null;
  readonly blocks: number | null;
}

/**
 * What changed between two plans: which table is read how and by which index, which tables are joined in which order and how, steps
 * that came or went, estimates, rows and blocks that at least doubled or halved.
 *
 * @example
 * ```ts
 * import { diffPlans, readPlans } from "@streamgate/pg-advisor";
 * function sentences(before: string, after: string): readonly string[] {
 *   const [one] = readPlans(before);
 *   const [other] = readPlans(after);
 *   return one && other ? diffPlans(one, other).changes.map(({ sentence }) => sentence) : [];
 * }
 * ```
 */
export function diffPlans(before: ExplainedPlan, after: ExplainedPlan): PlanDiff {
  const [one, other] = [weighPlan(before), weighPlan(after)];
  const [trees, others] = [unitTrees(one), unitTrees(other)];
  const alignment = alignUnits(trees, others);
  const [main, otherMain] = [trees[0], others[0]];
  const changes = [
    ...(main === undefined || otherMain === undefined ? [] : joinOrderChange(main, otherMain)),
    ...alignment.pairs.flatMap(changesOfPair),
    ...changesOfUnmatched(alignment),
    ...changesOfFigures(alignment.pairs),
  ];
  return {
    isSamePlan: changes.every(({ isOfFigures }) => isOfFigures),
    changes,
    before: totalsOf(before, one.totalMs),
    after: totalsOf(after, other.totalMs),
  };
}

function totalsOf({ root }: ExplainedPlan, ms: number | null): PlanTotals {
  return {
    cost: root.totalCost,
    ms,
    blocks: root.blocks === null ? null : blocksTouched(root.blocks),
  };
}
