import type { PlanDiffRow } from "@streamgate/contract";
import { type PlanRow, planNodes } from "./plan-tree.ts";

/*
 * Two plans side by side.
 *
 * A plan is a tree; EXPLAIN writes it in preorder, each node with its depth. The two sequences are
 * aligned by dynamic programming (S. B. Needleman and C. D. Wunsch, "A General Method Applicable to
 * the Search for Similarities …", Journal of Molecular Biology 48 (1970)) with a score for nodes that
 * do the same work: on the same relation, by the same operation, at a similar depth. Nodes that share
 * nothing are never paired. Time and space are n · m, with at most 400 nodes a side.
 */

const SAME_OPERATION = 2;
const SAME_RELATION = 3;
const SAME_FAMILY = 1;
const DEPTH_PENALTY = 0.25;

/** The rows of both plans, paired where they do the same work. */
export function planDiff(before: string, after: string): readonly PlanDiffRow[] {
  const left = planNodes(before);
  const right = planNodes(after);
  const best = scores(left, right);
  const width = right.length + 1;
  const at = (row: number, column: number): number => best[row * width + column] ?? 0;
  const rows: PlanDiffRow[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length || column < right.length) {
    const [one, other] = [left[row], right[column]];
    const pair = one === undefined || other === undefined ? 0 : likeness(one, other);
    if (
      one !== undefined &&
      other !== undefined &&
      pair > 0 &&
      at(row, column) === at(row + 1, column + 1) + pair
    ) {
      rows.push(pairOf(one, other));
      row += 1;
      column += 1;
    } else if (
      one !== undefined &&
      (other === undefined || at(row, column) === at(row + 1, column))
    ) {
      rows.push({ depth: one.depth, before: one.node, after: null, change: "gone" });
      row += 1;
    } else if (other !== undefined) {
      rows.push({ depth: other.depth, before: null, after: other.node, change: "new" });
      column += 1;
    }
  }
  return rows;
}

/** The best score of every pair of rests of the two plans. */
function scores(left: readonly PlanRow[], right: readonly PlanRow[]): Float64Array {
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const [one, other] = [left[row], right[column]];
      const pair = one === undefined || other === undefined ? 0 : likeness(one, other);
      const here = row * width + column;
      best[here] = Math.max(
        best[here + 1] ?? 0,
        best[here + width] ?? 0,
        pair > 0 ? (best[here + width + 1] ?? 0) + pair : 0,
      );
    }
  }
  return best;
}

/** How surely two nodes do the same work; 0: they do not. */
function likeness(one: PlanRow, other: PlanRow): number {
  const [relation, otherRelation] = [relationOf(one), relationOf(other)];
  const hasSameRelation = relation !== "" && relation === otherRelation;
  const score =
    (hasSameRelation ? SAME_RELATION : 0) +
    (one.node.operation === other.node.operation ? SAME_OPERATION : 0) +
    (familyOf(one.node.operation) === familyOf(other.node.operation) ? SAME_FAMILY : 0);
  const areOthers = relation !== "" && otherRelation !== "" && !hasSameRelation;
  if (score === 0 || areOthers) return 0;
  return Math.max(0.5, score - DEPTH_PENALTY * Math.abs(one.depth - other.depth));
}

function pairOf(one: PlanRow, other: PlanRow): PlanDiffRow {
  const isSame =
    one.node.operation === other.node.operation && one.node.detail === other.node.detail;
  return {
    depth: other.depth,
    before: one.node,
    after: other.node,
    change: isSame ? "same" : "changed",
  };
}

/** The relation of `on orders o · Filter: …` is `orders`; what a bitmap is made of is an index. */
function relationOf({ node }: PlanRow): string {
  if (node.operation === "Bitmap Index Scan") return "";
  return /(?:^|\s)on (?<relation>"[^"]+"|[^\s·]+)/.exec(node.detail)?.groups?.relation ?? "";
}

/** What kind of work an operation is: all ways to read, to join, to sort and to group are one each. */
function familyOf(operation: string): string {
  if (/Scan$/.test(operation)) return "scan";
  if (/Join|Nested Loop/.test(operation)) return "join";
  if (/Sort/.test(operation)) return "sort";
  if (/Aggregate|Group|Unique/.test(operation)) return "group";
  return operation;
}
