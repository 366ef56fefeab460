import type { ExplainedNode } from "../tree/explained-node.ts";

/** Nodes that take all of their input before they return a row. */
const TAKES_ALL: ReadonlySet<string> = new Set([
  "Sort",
  "Hash",
  "Bitmap Heap Scan",
  "BitmapAnd",
  "BitmapOr",
  "ModifyTable",
]);

/** Whether a child may be stopped before its last row, given that its parent may be. */
export function mayStopChild(
  parent: ExplainedNode,
  child: ExplainedNode,
  mayStopParent: boolean,
): boolean {
  if (child.parentRelationship === "SubPlan" || child.parentRelationship === "InitPlan")
    return true;
  if (takesAll(parent)) return false;
  if (parent.nodeType === "Limit") return true;
  // Either side of a merge ends with the other.
  if (parent.nodeType === "Merge Join") return true;
  // A hash table without rows ends its join before the other side is read.
  if (parent.nodeType === "Hash Join" && child.parentRelationship === "Outer")
    return mayStopParent || hasEmptyInner(parent);
  if (parent.nodeType === "Nested Loop" && child.parentRelationship === "Inner")
    return mayStopParent || stopsAtFirstMatch(parent);
  return mayStopParent;
}

function hasEmptyInner({ children }: ExplainedNode): boolean {
  const inner = children.find(({ parentRelationship }) => parentRelationship === "Inner");
  return inner?.actual?.rows === 0;
}

function takesAll(node: ExplainedNode): boolean {
  if (node.nodeType === "Aggregate")
    return node.strategy === "Hashed" || node.strategy === "Plain" || node.strategy === "Mixed";
  return TAKES_ALL.has(node.nodeType);
}

function stopsAtFirstMatch(join: ExplainedNode): boolean {
  return (
    join.joinType === "Semi" || join.joinType === "Anti" || join.properties["Inner Unique"] === true
  );
}
