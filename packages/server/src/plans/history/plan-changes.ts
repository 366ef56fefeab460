import { diffPlans, explainedFromNode, type PlanNode } from "@streamgate/pg-advisor";
import { withoutStrings } from "../../proof-view/without-literals.ts";
import type { KeptPlan } from "./plan-looks.ts";

/** That a statement got another plan: it happened between the last look at the old one and the first at the new. */
export interface SeenPlanChange {
  readonly notBeforeMs: number;
  readonly atMs: number;
  /** What changed, of what the plan does; values taken out. */
  readonly sentences: readonly string[];
}

/** @param kept the latest first */
export function planChangesOf(kept: readonly KeptPlan[]): readonly SeenPlanChange[] {
  return kept.flatMap((now, index) => {
    const before = kept[index + 1];
    if (before === undefined) return [];
    return [
      {
        notBeforeMs: before.lastSeenMs,
        atMs: now.firstSeenMs,
        sentences: changesOfSteps(before.plan, now.plan),
      },
    ];
  });
}

function changesOfSteps(before: PlanNode, after: PlanNode): readonly string[] {
  return diffPlans(explainedFromNode(before), explainedFromNode(after))
    .changes.filter(({ isOfFigures }) => !isOfFigures)
    .map(({ sentence }) => withoutStrings(sentence));
}
