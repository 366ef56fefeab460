import type { WeighedNode, WeighedPlan } from "../costs/weighed-plan.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent } from "./wording.ts";

const LEAST_ROWS = 1_000;
const LEAST_ROWS_ONCE = 10_000;
const MOST_KEPT = 0.1;
const LEAST_SHARE = 0.2;

/** A CTE is computed whole and kept, though the statement around it needs little of it, or reads it once. */
export function materialisedCte({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const name = /^CTE (.+)$/.exec(at.node.subplanName ?? "")?.[1];
    if (name === undefined || cannotBeInlined(at)) return [];
    const scans = weighed.nodes.filter(
      ({ node }) => node.nodeType === "CTE Scan" && node.cteName === name,
    );
    const why = whyOf(at, scans);
    const share = shareOf(at, scans, weighed);
    if (why === null || share < LEAST_SHARE) return [];
    return [
      {
        kind: "plan/materialised-cte",
        at,
        object: name,
        severity: severityOfShare(share),
        summary: `the CTE ${name} was computed whole, ${amount(at.rows)} rows, ${why}`,
        figures: [
          { name: "rows of the CTE", value: at.rows, unit: "rows" },
          { name: "share of the statement", value: share, unit: "ratio" },
        ],
        remedy: `WITH ${name} AS NOT MATERIALIZED (…), or a subquery in its place, lets conditions reach its tables and their indexes`,
      },
    ];
  });
}

/** What writes, or feeds itself, must be computed as it stands. */
function cannotBeInlined({ node }: WeighedNode): boolean {
  return node.nodeType === "ModifyTable" || node.nodeType === "Recursive Union";
}

function whyOf(at: WeighedNode, scans: readonly WeighedNode[]): string | null {
  if (at.node.actual === null || scans.length === 0) return null;
  const [only, other] = scans;
  const removed = scans.map((scan) => scan.node.removed.byFilter * scan.loops);
  const kept = scans.reduce((sum, scan) => sum + scan.rows, 0);
  const thrown = removed.reduce((sum, rows) => sum + rows, 0);
  const isFilteredByAll = scans.every(({ node }) => node.filter !== null);
  if (isFilteredByAll && at.rows >= LEAST_ROWS && kept <= (kept + thrown) * MOST_KEPT)
    return `and ${percent(thrown / (kept + thrown))} of what was read of it were thrown away`;
  const isReadOnce = other === undefined && (only?.loops ?? 0) <= 1;
  return isReadOnce && at.rows >= LEAST_ROWS_ONCE ? "and read once" : null;
}

function shareOf(at: WeighedNode, scans: readonly WeighedNode[], { basis }: WeighedPlan): number {
  const read = scans.reduce((sum, scan) => sum + scan.share, 0);
  return Math.min(1, basis === "cost" ? at.inclusiveShare : at.inclusiveShare + read);
}
