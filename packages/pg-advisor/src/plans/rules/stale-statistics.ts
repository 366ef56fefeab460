import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { rowErrorOf } from "./row-error.ts";
import type { PlanProblem, RuleInput } from "./rule.ts";
import { amount, tableOf, times } from "./wording.ts";

/** Every row of a table was read, and the planner was so far off: its count of the table's rows is old. */
const LEAST_FACTOR = 2;
const LEAST_ROWS_OFF = 1_000;
/** A misled scan of a table whose rows changed by this factor since it was analysed. */
const CHANGED_FACTOR = 2;

/** The planner's statistics of a table are older than its rows. */
export function staleStatistics({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  const told = new Set<string>();
  return weighed.nodes.flatMap((at) => {
    const table = tableOf(at.node);
    if (table === "" || told.has(table) || !isStale(at, facts)) return [];
    told.add(table);
    const error = rowErrorOf(at);
    const relation = facts.relationOf(at.node);
    const since =
      relation === null
        ? ""
        : relation.usage.lastAnalyzed === null
          ? "; it was never analysed"
          : `; last analysed at ${relation.usage.lastAnalyzed}`;
    return [
      {
        kind: "plan/stale-statistics",
        at,
        severity: "medium",
        summary: `the statistics of ${table} are old: ${times(error?.factor ?? 1)} ${error?.isUnderestimate === true ? "more" : "fewer"} rows came than expected (${amount(error?.real ?? 0)} for ${amount(error?.expected ?? 0)})${since}`,
        figures: [
          { name: "expected rows a loop", value: at.node.rows, unit: "rows", isEstimated: true },
          { name: "rows a loop", value: at.node.actual?.rows ?? 0, unit: "rows" },
        ],
        remedy: `ANALYZE ${table}; and let autovacuum do it sooner: ALTER TABLE ${table} SET (autovacuum_analyze_scale_factor = 0.02)`,
      },
    ];
  });
}

/** Whether the planner knew too little of a table: by a scan of all its rows, or by what the snapshot says of it. */
export function isStale(at: WeighedNode, facts: PlanFacts): boolean {
  const { node } = at;
  const error = rowErrorOf(at);
  if (node.relation === null || error === null || error.factor < LEAST_FACTOR) return false;
  if (Math.abs(at.rows - at.expectedRows) < LEAST_ROWS_OFF) return false;
  if (node.nodeType === "Seq Scan" && node.filter === null) return !at.mayStopEarly;
  const relation = facts.relationOf(node);
  if (relation === null) return false;
  if (relation.usage.lastAnalyzed === null && relation.rows < 0) return true;
  const { liveRows } = relation.usage;
  const changed = Math.max(liveRows, 1) / Math.max(relation.rows, 1);
  return changed >= CHANGED_FACTOR || changed <= 1 / CHANGED_FACTOR;
}
