import type { PlanNodeView } from "@streamgate/contract";

/** A node of a plan as a row of a table. */
export interface PlanRow {
  readonly node: PlanNodeView;
  readonly depth: number;
  /** Draws the tree before the operation: `│  ├─ `. */
  readonly branch: string;
  /** Cost of the node without its children. */
  readonly ownCost: number;
  /** Of the plan's whole cost, or of its time where it ran; 0 to 1. */
  readonly share: number;
  /** Time of the node without its children; undefined where it did not run. */
  readonly ownMs: number | undefined;
  /** How many times more (or, below 1, fewer) rows came than were expected; undefined where it did not run. */
  readonly misestimate: number | undefined;
  /** Whether a limit above stopped it when it had given enough: fewer rows then mean nothing. */
  readonly isCutShort: boolean;
}

/** The planner's guess was wrong by so much that it may have chosen another plan. */
const GREAT_MISESTIMATE = 10;

/** A plan as rows, from the outermost node inwards, each with what it takes itself. */
export function planRows(root: PlanNodeView): readonly PlanRow[] {
  const whole = root.actualMs ?? root.cost;
  const rows: PlanRow[] = [];
  const visit = (
    node: PlanNodeView,
    depth: number,
    before: string,
    isLast: boolean,
    isCutShort: boolean,
  ): void => {
    const ownCost = Math.max(0, node.cost - sum(node.children, ({ cost }) => cost));
    const ownMs =
      node.actualMs === undefined
        ? undefined
        : Math.max(0, node.actualMs - sum(node.children, ({ actualMs = 0 }) => actualMs));
    const own = root.actualMs === undefined ? ownCost : (ownMs ?? 0);
    rows.push({
      node,
      depth,
      branch: depth === 0 ? "" : `${before}${isLast ? "└─ " : "├─ "}`,
      ownCost,
      share: whole > 0 ? Math.min(1, own / whole) : 0,
      ownMs,
      misestimate:
        node.actualRows === undefined
          ? undefined
          : Math.max(1, node.actualRows) / Math.max(1, node.rows),
      isCutShort,
    });
    const inside = depth === 0 ? "" : `${before}${isLast ? "   " : "│  "}`;
    for (const [index, child] of node.children.entries())
      visit(
        child,
        depth + 1,
        inside,
        index === node.children.length - 1,
        cutsShort(node, isCutShort),
      );
  };
  visit(root, 0, "", true, false);
  return rows;
}

/** Whether a node had so many more or fewer rows than expected that the plan may be the wrong one. */
export function isGreatMisestimate({ misestimate, isCutShort }: PlanRow): boolean {
  if (misestimate === undefined) return false;
  if (misestimate >= GREAT_MISESTIMATE) return true;
  return !isCutShort && misestimate <= 1 / GREAT_MISESTIMATE;
}

/** Nodes that read all of what is below them before they give the first row. */
const READS_ALL = /^(Sort|Hash|Materialize|.*Aggregate)$/;

/** Whether the children of a node may be stopped before they are through. */
function cutsShort({ operation }: PlanNodeView, isCutShort: boolean): boolean {
  if (operation === "Limit") return true;
  return isCutShort && !READS_ALL.test(operation);
}

function sum(nodes: readonly PlanNodeView[], of: (node: PlanNodeView) => number): number {
  return nodes.reduce((total, node) => total + of(node), 0);
}
