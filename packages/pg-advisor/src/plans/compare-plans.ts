import type { PlanNode } from "./plan.ts";
import { planShape } from "./plan-shape.ts";
import { walkPlan } from "./walk-plan.ts";

/** How alike two plans of one statement are. */
export interface PlanComparison {
  readonly hasSameShape: boolean;
  /** Whether each node expects the same number of rows; false where the shapes differ. */
  readonly hasSameRows: boolean;
  /** Whether each node's two costs are the same to the printed cent; false where the shapes differ. */
  readonly hasSameCosts: boolean;
  /** Total cost of the second as a multiple of the first. */
  readonly costRatio: number;
}

/** Compares node by node; only numbers as EXPLAIN prints them are looked at. */
export function comparePlans(first: PlanNode, second: PlanNode): PlanComparison {
  const hasSameShape = planShape(first) === planShape(second);
  const nodes = [...walkPlan(first)];
  const others = [...walkPlan(second)];
  const isSameFor = (isSame: (a: PlanNode, b: PlanNode) => boolean): boolean =>
    hasSameShape &&
    nodes.every(({ node }, position) => {
      const other = others[position]?.node;
      return other !== undefined && isSame(node, other);
    });
  return {
    hasSameShape,
    hasSameRows: isSameFor((a, b) => a.rows === b.rows),
    hasSameCosts: isSameFor(
      (a, b) => a.startupCost === b.startupCost && a.totalCost === b.totalCost,
    ),
    costRatio: first.totalCost === 0 ? 1 : second.totalCost / first.totalCost,
  };
}
