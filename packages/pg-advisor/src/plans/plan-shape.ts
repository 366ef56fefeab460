import type { PlanNode } from "./plan.ts";

/**
 * What a plan does, without what it costs: one line a node, children below their parent. Two plans
 * with the same shape read the same relations by the same indexes and join them in the same order.
 *
 * @example
 * ```text
 * planShape(plan);
 * // Limit
 * //   Index Scan on public.users using users_email_key
 * ```
 */
export function planShape(plan: PlanNode): string {
  return linesOf(plan, 0).join("\n");
}

function linesOf(node: PlanNode, depth: number): readonly string[] {
  const line = `${"  ".repeat(depth)}${describeNode(node)}`;
  return [line, ...node.children.flatMap((child) => linesOf(child, depth + 1))];
}

/** A node's own line: kind, join, strategy, relation and index. */
function describeNode(node: PlanNode): string {
  const words = [
    node.isParallelAware ? "Parallel" : null,
    node.partialMode ?? null,
    node.strategy === null || node.strategy === "Plain" ? null : node.strategy,
    node.nodeType,
    node.joinType === null || node.joinType === "Inner" ? null : node.joinType,
    node.operation ?? null,
    node.scanDirection === "Backward" ? "Backward" : null,
    node.relation === null ? null : `on ${qualified(node)}`,
    node.index === null ? null : `using ${node.index}`,
    node.subplanName === undefined ? null : `(${node.subplanName.replace(RETURNS, "")})`,
  ];
  return words.filter((word) => word !== null).join(" ");
}

/** What a subplan's name says of its parameters before PostgreSQL 17. */
const RETURNS = / \(returns [^)]*\)$/;

function qualified(node: PlanNode): string {
  return node.schema === null ? `${node.relation}` : `${node.schema}.${node.relation}`;
}
