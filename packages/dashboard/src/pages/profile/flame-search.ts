import type { FlameNode } from "@streamgate/contract";

/** Whether a function is meant by what was searched: a part of its name or its place. */
export function isMatch(node: FlameNode, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return false;
  return node.name.toLowerCase().includes(wanted) || node.place.toLowerCase().includes(wanted);
}

/** What share of a profile passed through functions that match, 0 to 1; nested matches count once. */
export function matchedShare(root: FlameNode, search: string): number {
  if (root.total <= 0) return 0;
  let matched = 0;
  const open: FlameNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    if (isMatch(node, search)) matched += node.total;
    else open.push(...node.children);
  return matched / root.total;
}
