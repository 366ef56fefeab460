import { planTruncated } from "../errors.ts";
import type { ExplainedNode } from "./explained-node.ts";

/** How many inputs a node cannot do without. */
const LEAST_INPUTS: ReadonlyMap<string, number> = new Map([
  ["Nested Loop", 2],
  ["Hash Join", 2],
  ["Merge Join", 2],
  ["Recursive Union", 2],
  ["BitmapAnd", 2],
  ["BitmapOr", 2],
  ["Bitmap Heap Scan", 1],
  ["Hash", 1],
  ["Sort", 1],
  ["Incremental Sort", 1],
  ["Aggregate", 1],
  ["Group", 1],
  ["Gather", 1],
  ["Gather Merge", 1],
  ["Limit", 1],
  ["Unique", 1],
  ["LockRows", 1],
  ["Materialize", 1],
  ["Memoize", 1],
  ["WindowAgg", 1],
  ["SetOp", 1],
  ["Subquery Scan", 1],
  ["ModifyTable", 1],
]);

/** What is evaluated beside a node's own rows. */
const BESIDE: ReadonlySet<string> = new Set(["InitPlan", "SubPlan"]);

/**
 * Refuses a tree whose end is missing: a join with one side, a sort of nothing.
 *
 * @throws StreamGateError `SG_PG_PLAN_TRUNCATED`
 */
export function requireWholeTree(node: ExplainedNode): void {
  const inputs = node.children.filter((child) => !BESIDE.has(child.parentRelationship ?? ""));
  const least = LEAST_INPUTS.get(node.nodeType) ?? 0;
  if (inputs.length < least) {
    const has = inputs.length === 0 ? "none" : "one";
    throw planTruncated(
      `the node ${node.nodeType} needs ${least === 1 ? "an input" : "two inputs"} and has ${has}`,
    );
  }
  for (const child of node.children) requireWholeTree(child);
}
