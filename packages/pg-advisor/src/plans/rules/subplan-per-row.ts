import type { WeighedNode } from "../costs/weighed-plan.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent, tablesBelow } from "./wording.ts";

const FEW_LOOPS = 10;
const MANY_LOOPS = 1_000;
const LEAST_ROWS_SEEN = 10_000;
const LEAST_SHARE = 0.2;
const LEAST_SHARE_OF_FEW = 0.5;
/** Some ten times a look-up by an index. */
const LEAST_COST_OF_ONE = 100;

/** A subquery is evaluated again for every row of the statement around it. */
export function subplanPerRow({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (at.node.parentRelationship !== "SubPlan" || at.parent === null) return [];
    const hasRun = at.node.actual !== null;
    const loops = hasRun ? at.loops : expectedLoops(at, at.parent);
    if (!isMany(at, loops, hasRun)) return [];
    const tables = tablesBelow(at).join(", ");
    return [
      {
        kind: "plan/subplan-per-row",
        at,
        object: tables,
        severity: severityOfShare(at.inclusiveShare),
        summary: `a subquery on ${tables || "no table"} ${hasRun ? "ran" : "is expected to run"} once for each of ${amount(loops)} rows, ${percent(at.inclusiveShare)} of the statement`,
        figures: [
          { name: "executions of the subquery", value: loops, unit: "loops" },
          { name: "share of the statement", value: at.inclusiveShare, unit: "ratio" },
        ],
        remedy:
          "join its tables once, grouped by the column that ties it to the row outside (streamgate rewrite writes and proves it), or give it an index by that column",
      },
    ];
  });
}

function isMany(at: WeighedNode, loops: number, hasRun: boolean): boolean {
  if (loops >= MANY_LOOPS && at.inclusiveShare >= LEAST_SHARE) return true;
  if (loops < FEW_LOOPS || at.inclusiveShare < LEAST_SHARE_OF_FEW) return false;
  // An estimate does not count the rows that a scan throws away: their cost does.
  return hasRun ? rowsRead(at) >= LEAST_ROWS_SEEN : at.node.totalCost >= LEAST_COST_OF_ONE;
}

function rowsRead(at: WeighedNode): number {
  const own = at.rows + at.node.removed.byFilter * at.loops;
  return Math.max(own, ...at.children.map(rowsRead));
}

/** A hashed subplan is evaluated once: its cost is not in its parent's so many times. */
function expectedLoops(at: WeighedNode, parent: WeighedNode): number {
  const isHashed = parent.node.conditions.some(({ text }) =>
    text.includes(`hashed ${at.node.subplanName}`),
  );
  if (isHashed || at.node.totalCost === 0) return 1;
  // A filter is evaluated for rows that EXPLAIN does not count: its part of the cost does.
  const others = parent.children
    .filter((one) => one !== at)
    .reduce((sum, one) => sum + one.node.totalCost, 0);
  return Math.max(1, Math.floor((parent.node.totalCost - others) / at.node.totalCost));
}
