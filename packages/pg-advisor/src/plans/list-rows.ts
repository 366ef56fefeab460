import type { PlanNode } from "./plan.ts";

/** What a Limit is fed with is the whole list, whatever part of it is taken. */
export function listRows({ nodeType, children }: PlanNode): number {
  const [input] = children;
  if (input === undefined) return 0;
  return nodeType === "Limit" ? withoutShaping(input).rows : listRows(input);
}

/** A sort that keeps the best rows only, or a gather above it, has the rows of what is below. */
function withoutShaping(node: PlanNode): PlanNode {
  const [input] = node.children;
  const isShaping = /Sort|Gather|Result/.test(node.nodeType);
  return isShaping && input !== undefined && input.rows > node.rows ? withoutShaping(input) : node;
}
