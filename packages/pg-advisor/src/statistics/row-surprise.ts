import type { PlanNode } from "../plans/plan.ts";
import type { Statement } from "../workload/workload.ts";

/** Rows that came otherwise than the planner expects for any of a statement's samples. */
export interface RowSurprise {
  /** Of the samples the one that comes nearest to what really came; estimated. */
  readonly expectedRows: number;
  /** A call, by the counters; measured. */
  readonly realRows: number;
  /** The larger over the smaller. */
  readonly factor: number;
  readonly isUnderestimate: boolean;
}

const LEAST_FACTOR = 10;
const LEAST_ROWS_OFF = 100;

/**
 * Whether the rows that calls brought lie beyond every estimate: what the counters say is a mean over calls whose parameters nobody noted,
 * so that it must be far from all of them. Null where a LIMIT, or an aggregate without groups, decides how many rows come.
 */
export function rowSurprise(
  { calls, rows }: Pick<Statement, "calls" | "rows">,
  plans: readonly PlanNode[],
): RowSurprise | null {
  if (calls === 0 || plans.length === 0 || plans.some(decidesRows)) return null;
  const realRows = rows / calls;
  const real = Math.max(1, realRows);
  const distances = plans.map((plan) => {
    const expected = Math.max(1, plan.rows);
    return { expected, factor: Math.max(real / expected, expected / real) };
  });
  const [nearest] = distances.toSorted((one, other) => one.factor - other.factor);
  if (nearest === undefined || nearest.factor < LEAST_FACTOR) return null;
  if (Math.abs(real - nearest.expected) < LEAST_ROWS_OFF) return null;
  const isUnderestimate = real > nearest.expected;
  // The estimates must all be on the same side.
  if (distances.some(({ expected }) => real > expected !== isUnderestimate)) return null;
  return { expectedRows: nearest.expected, realRows, factor: nearest.factor, isUnderestimate };
}

/** Nodes above the rows that do not change their number. */
const HANDS_ON = /^(?:Sort|Incremental Sort|Gather|Gather Merge|Result|WindowAgg|Materialize)$/;

function decidesRows(plan: PlanNode): boolean {
  if (plan.nodeType === "Limit" || plan.nodeType === "ModifyTable") return true;
  if (plan.nodeType === "Aggregate" && plan.strategy === "Plain") return true;
  const [input] = plan.children;
  return HANDS_ON.test(plan.nodeType) && input !== undefined && decidesRows(input);
}
