import type { ExplainedNode } from "../tree/explained-node.ts";

/**
 * The planner's cost of a child in all of its parent's `inclusive` cost. EXPLAIN prints the cost of one execution, as if it went on to
 * the last row; what a node's parent pays for it may be a part (Limit) or a multiple (the inner side of a Nested Loop, a SubPlan).
 */
export function expectedCostBelow(
  parent: ExplainedNode,
  child: ExplainedNode,
  inclusive: number,
): number {
  const scale = parent.totalCost === 0 ? 0 : inclusive / parent.totalCost;
  const [outer] = parent.children;
  if (child.parentRelationship === "SubPlan") {
    const others = parent.children
      .filter((one) => one.parentRelationship !== "SubPlan")
      .reduce((sum, one) => sum + one.totalCost, 0);
    const left = Math.max(0, parent.totalCost - others);
    return Math.min(left, child.totalCost * Math.max(1, parent.rows)) * scale;
  }
  if (parent.nodeType === "Nested Loop" && child !== outer && outer !== undefined) {
    const left = Math.max(0, parent.totalCost - outer.totalCost);
    return Math.min(left, child.totalCost * Math.max(1, outer.rows)) * scale;
  }
  return Math.min(inclusive, child.totalCost * scale);
}

/** How often the planner expects a child to run each time that its parent does. */
export function expectedLoopsBelow(parent: ExplainedNode, child: ExplainedNode): number {
  const [outer] = parent.children;
  if (parent.nodeType === "Nested Loop" && child !== outer && outer !== undefined)
    return Math.max(1, outer.rows);
  return 1;
}
