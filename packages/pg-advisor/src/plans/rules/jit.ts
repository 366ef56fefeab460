import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent } from "./wording.ts";

const LEAST_MS = 10;
const LEAST_SHARE = 0.25;

/** Compiling took a large part of what it was to speed up. */
export function jit({ weighed }: RuleInput): readonly PlanProblem[] {
  const { plan, totalMs, root } = weighed;
  if (plan.jit === null || totalMs === null) return [];
  const { totalMs: compiledMs, functions } = plan.jit;
  const share = compiledMs / Math.max(totalMs, compiledMs);
  if (compiledMs < LEAST_MS || share < LEAST_SHARE) return [];
  const above = Math.ceil(root.node.totalCost * 2);
  return [
    {
      kind: "plan/jit",
      at: root,
      object: "jit",
      severity: severityOfShare(share),
      summary: `just-in-time compilation took ${amount(compiledMs)} ms of ${amount(totalMs)} ms (${percent(share)}) for ${amount(functions)} functions`,
      figures: [
        { name: "time compiling", value: compiledMs, unit: "ms" },
        { name: "share of the statement", value: share, unit: "ratio" },
      ],
      remedy: `SET LOCAL jit = off for this statement, or jit_above_cost = ${above} for all that are as cheap as this one (its cost is ${amount(root.node.totalCost)})`,
    },
  ];
}
