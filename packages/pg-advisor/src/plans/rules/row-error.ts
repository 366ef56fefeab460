import type { WeighedNode } from "../costs/weighed-plan.ts";

/** How far an estimate is off: the larger of the two over the smaller, each at least 1 (q-error, Moerkotte et al., VLDB 2009). */
export interface RowError {
  readonly factor: number;
  readonly isUnderestimate: boolean;
  readonly expected: number;
  readonly real: number;
}

/** Rows that say nothing of the planner's estimate: they are set to 0, or repeat those of a child. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "BitmapAnd",
  "BitmapOr",
  "Bitmap Index Scan",
  "ModifyTable",
  "Limit",
  "Hash",
  "Materialize",
  "Memoize",
  "Gather",
  "Gather Merge",
  "LockRows",
]);

/** The error of a node's estimate a loop; null where what happened says nothing of it. */
export function rowErrorOf({ node, loops, mayStopEarly }: WeighedNode): RowError | null {
  const { actual } = node;
  if (actual === null || loops === 0 || SAYS_NOTHING.has(node.nodeType)) return null;
  // A merge join reads ties of its inner side again: they are counted each time.
  const expected = Math.max(1, node.rows);
  const real = Math.max(1, actual.rows);
  const isUnderestimate = real > expected;
  if (!isUnderestimate && mayStopEarly) return null;
  return { factor: Math.max(real / expected, expected / real), isUnderestimate, expected, real };
}
