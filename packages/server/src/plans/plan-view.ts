import type { PlanNodeView } from "@streamgate/contract";
import type { PlanNode } from "@streamgate/pg-advisor";
import { type PlanRow, planNodes } from "../proof-view/plan-tree.ts";
import { withoutLiterals } from "../proof-view/without-literals.ts";

/** A plan of EXPLAIN (FORMAT JSON) as the API shows it; literals are taken out. */
export function planView(plan: PlanNode): PlanNodeView {
  return {
    operation: operationOf(plan),
    detail: detailOf(plan),
    cost: plan.totalCost,
    rows: plan.rows,
    children: plan.children.map(planView),
  };
}

/** A plan in the text form of EXPLAIN as a tree; null where there is none in it. */
export function planViewOfText(text: string): PlanNodeView | null {
  const [first, ...rest] = planNodes(text);
  return first === undefined ? null : treeOf(first, rest);
}

/** What a plan does, without what it costs: plans of the same outline are one. */
export function planOutline({ operation, detail, children }: PlanNodeView): string {
  return JSON.stringify([operation, detail, children.map(planOutline)]);
}

interface GrowingNode extends Omit<PlanNodeView, "children"> {
  readonly children: GrowingNode[];
}

function treeOf(first: PlanRow, rest: readonly PlanRow[]): PlanNodeView {
  const root: GrowingNode = { ...first.node, children: [] };
  const above: GrowingNode[] = [root];
  for (const { depth, node } of rest) {
    const child: GrowingNode = { ...node, children: [] };
    above.length = Math.max(1, Math.min(depth, above.length));
    above.at(-1)?.children.push(child);
    above.push(child);
  }
  return root;
}

function operationOf(plan: PlanNode): string {
  const words = [
    plan.isParallelAware === true ? "Parallel" : null,
    plan.partialMode ?? null,
    plan.strategy === null || plan.strategy === "Plain" ? null : plan.strategy,
    plan.operation ?? plan.nodeType,
    plan.joinType === null || plan.joinType === "Inner" ? null : `${plan.joinType} Join`,
    plan.scanDirection === "Backward" ? "Backward" : null,
  ];
  return words.filter((word) => word !== null).join(" ");
}

function detailOf(plan: PlanNode): string {
  const relation =
    plan.relation === null || plan.schema === null
      ? plan.relation
      : `${plan.schema}.${plan.relation}`;
  const parts = [
    plan.index === null ? null : `using ${plan.index}`,
    relation === null ? null : `on ${relation}`,
    plan.indexCondition === null ? null : `Index Cond: ${withoutLiterals(plan.indexCondition)}`,
    plan.filter === null ? null : `Filter: ${withoutLiterals(plan.filter)}`,
    plan.sortKeys.length === 0 ? null : `Sort Key: ${withoutLiterals(plan.sortKeys.join(", "))}`,
    plan.subplanName ?? null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
