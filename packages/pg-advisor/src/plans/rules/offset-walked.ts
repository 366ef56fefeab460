import type { WeighedNode } from "../costs/weighed-plan.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent } from "./wording.ts";

const LEAST_SKIPPED = 1_000;
const LEAST_PART = 0.8;
/** Of a page that is not known, the planner takes a tenth of the rows for the offset and as many for the limit. */
const LEAST_EXPECTED_PART = 0.4;

/** OFFSET reads the rows that it skips. */
export function offsetWalked({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (at.node.nodeType !== "Limit") return [];
    const input = at.children.find(({ node }) => node.parentRelationship !== "InitPlan");
    if (input === undefined) return [];
    const hasRun = at.node.actual !== null;
    const skipped = hasRun ? input.rows - at.rows : expectedSkip(at, input);
    const part = skipped / Math.max(1, skipped + at.rows);
    if (skipped < LEAST_SKIPPED || part < (hasRun ? LEAST_PART : LEAST_EXPECTED_PART)) return [];
    return [
      {
        kind: "plan/offset",
        at,
        object: orderOf(input),
        severity: severityOfShare(part * at.inclusiveShare),
        summary: `OFFSET ${hasRun ? "walked" : "is expected to walk"} over ${amount(skipped)} rows (${percent(part)}) to return ${amount(at.rows)}`,
        figures: [
          { name: "rows walked over", value: skipped, unit: "rows" },
          { name: "rows returned", value: at.rows, unit: "rows" },
        ],
        remedy:
          "page by key: WHERE (the sort key, the primary key) > (those of the last row seen) ORDER BY both LIMIT n, with an index in that order",
      },
    ];
  });
}

/** A Limit starts where its input's cost stands after the rows that it skips. */
function expectedSkip(at: WeighedNode, { node }: WeighedNode): number {
  const run = node.totalCost - node.startupCost;
  if (run <= 0) return 0;
  const part = (at.node.startupCost - node.startupCost) / run;
  return Math.round(Math.max(0, Math.min(1, part)) * node.rows);
}

function orderOf(at: WeighedNode): string {
  if (at.node.sortKeys.length > 0) return at.node.sortKeys.join(", ");
  if (at.node.relation !== null) return at.node.relation;
  const [below] = at.children;
  return below === undefined ? "" : orderOf(below);
}
