import type { FlameNode } from "@streamgate/contract";

/** One function, wherever it was called from. */
export interface FunctionTotal {
  readonly name: string;
  readonly place: string;
  /** Spent in it alone. */
  readonly self: number;
  /** Spent in it and in what it called; a function that calls itself counts once. */
  readonly total: number;
}

/** The functions of a profile as a list: what a flame graph says, for whoever reads rather than sees. Those that cost most themselves first. */
export function functionTotals(root: FlameNode): readonly FunctionTotal[] {
  const totals = new Map<string, { name: string; place: string; self: number; total: number }>();
  const callers = new Map<string, number>();
  const visit = (node: FlameNode): void => {
    const key = keyOf(node);
    const known = totals.get(key) ?? { name: node.name, place: node.place, self: 0, total: 0 };
    totals.set(key, known);
    known.self += node.self;
    const isRecursive = (callers.get(key) ?? 0) > 0;
    if (!isRecursive) known.total += node.total;
  };
  // An explicit stack: profiles may be thousands of calls deep.
  const open: { node: FlameNode; isLeaving: boolean }[] = [{ node: root, isLeaving: false }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const key = keyOf(step.node);
    const depth = callers.get(key) ?? 0;
    if (step.isLeaving) {
      callers.set(key, depth - 1);
      continue;
    }
    visit(step.node);
    callers.set(key, depth + 1);
    open.push({ node: step.node, isLeaving: true });
    for (const node of step.node.children) open.push({ node, isLeaving: false });
  }
  return [...totals.values()].sort((one, other) => other.self - one.self);
}

function keyOf({ name, place }: FlameNode): string {
  return `${name}\n${place}`;
}
