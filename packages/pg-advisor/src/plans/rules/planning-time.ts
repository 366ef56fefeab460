import type { WeighedNode } from "../costs/weighed-plan.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent } from "./wording.ts";

const LEAST_MS = 10;
const LEAST_SHARE = 0.6;
const MANY_RELATIONS = 8;

/** Planning took longer than the execution. */
export function planningTime({ weighed }: RuleInput): readonly PlanProblem[] {
  const { plan, totalMs, root, nodes } = weighed;
  if (plan.planningMs === null || totalMs === null) return [];
  const share = plan.planningMs / (plan.planningMs + totalMs);
  if (plan.planningMs < LEAST_MS || share < LEAST_SHARE) return [];
  return [
    {
      kind: "plan/planning-time",
      at: root,
      object: "planning",
      severity: severityOfShare(share),
      summary: `planning took ${amount(plan.planningMs)} ms, ${percent(share)} of the whole`,
      figures: [
        { name: "planning time", value: plan.planningMs, unit: "ms" },
        { name: "share of the whole", value: share, unit: "ratio" },
      ],
      remedy: remedyOf(nodes),
    },
  ];
}

function remedyOf(nodes: readonly WeighedNode[]): string {
  const relations = nodes.filter(({ node }) => node.relation !== null).length;
  const prepared =
    "prepare the statement once and run it often (plan_cache_mode = force_generic_plan keeps its plan)";
  return relations >= MANY_RELATIONS
    ? `${prepared}; fewer tables, partitions or views in it, or a lower join_collapse_limit, leave less to weigh`
    : prepared;
}
