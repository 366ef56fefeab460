import type { BlockCounts, ExplainedNode } from "../tree/explained-node.ts";
import type { ExplainedPlan } from "../tree/explained-plan.ts";
import { blocksTouched, lessBlocks } from "./block-counts.ts";
import { mayStopChild } from "./early-stops.ts";
import { evaluatedBy } from "./evaluated-by.ts";
import { expectedCostBelow, expectedLoopsBelow } from "./expected-cost.ts";
import type { CostBasis, WeighedNode, WeighedPlan } from "./weighed-plan.ts";

/** What is known of a node before its children are taken off. */
interface Placed {
  readonly node: ExplainedNode;
  readonly depth: number;
  readonly processes: number;
  readonly loops: number;
  readonly inclusiveMs: number | null;
  readonly inclusiveCost: number;
  readonly mayStopEarly: boolean;
}

interface Own {
  ms: number;
  cost: number;
  blocks: BlockCounts | null;
}

/**
 * What each node of a plan truly costs. EXPLAIN prints averages a loop with all that is below a node; here loops are multiplied,
 * processes of a Gather are side by side, what is below is taken off, and InitPlans and CTEs are taken off where they were evaluated.
 *
 * @example
 * ```ts
 * import { readPlans, weighPlan } from "@streamgate/pg-advisor";
 * const dearest = (text: string) =>
 *   readPlans(text)
 *     .map(weighPlan)
 *     .flatMap(({ nodes }) => nodes)
 *     .toSorted((one, other) => other.share - one.share)[0]?.node.nodeType;
 * ```
 */
export function weighPlan(plan: ExplainedPlan): WeighedPlan {
  const placed = placeNodes(plan.root);
  const own = ownCosts(plan.root, placed);
  const totalMs = plan.hasTimes ? wholeMs(plan, placed) : null;
  const basis = basisOf(plan);
  const whole = {
    time: totalMs ?? 0,
    blocks: blocksTouched(plan.root.blocks),
    cost: plan.root.totalCost,
  }[basis];
  const nodes: WeighedNode[] = [];
  const weigh = (of: ExplainedNode, parent: WeighedNode | null): WeighedNode => {
    const place = placeOf(placed, of);
    const its = ownOf(own, of);
    const children: WeighedNode[] = [];
    const shares = sharesOf(basis, place, its, whole);
    const weighed: WeighedNode = {
      node: of,
      parent,
      children,
      depth: place.depth,
      processes: place.processes,
      loops: place.loops,
      rows: (of.actual?.rows ?? of.rows) * place.loops,
      expectedRows: of.rows * place.loops,
      inclusiveMs: place.inclusiveMs,
      exclusiveMs: place.inclusiveMs === null ? null : its.ms,
      exclusiveBlocks: its.blocks,
      exclusiveCost: its.cost,
      ...shares,
      mayStopEarly: place.mayStopEarly,
    };
    nodes.push(weighed);
    for (const child of of.children) children.push(weigh(child, weighed));
    return weighed;
  };
  const root = weigh(plan.root, null);
  return { plan, nodes, root, totalMs, basis };
}

function placeNodes(root: ExplainedNode): ReadonlyMap<ExplainedNode, Placed> {
  const placed = new Map<ExplainedNode, Placed>();
  const place = (node: ExplainedNode, above: Placed | null): void => {
    const processes = processesOf(node, above);
    const { actual } = node;
    const expectedLoops = above === null ? 1 : above.loops * expectedLoopsBelow(above.node, node);
    const loops = actual?.loops ?? expectedLoops;
    // Processes work side by side, unless one alone executed it.
    const sideBySide = Math.max(1, Math.min(processes, loops));
    const here: Placed = {
      node,
      depth: above === null ? 0 : above.depth + 1,
      processes,
      loops,
      inclusiveMs:
        (actual?.totalMs ?? null) === null ? null : ((actual?.totalMs ?? 0) * loops) / sideBySide,
      inclusiveCost:
        above === null ? node.totalCost : expectedCostBelow(above.node, node, above.inclusiveCost),
      mayStopEarly: above !== null && mayStopChild(above.node, node, above.mayStopEarly),
    };
    placed.set(node, here);
    for (const child of node.children) place(child, here);
  };
  place(root, null);
  return placed;
}

/** Each process executes the child of a Gather once. */
function processesOf(node: ExplainedNode, above: Placed | null): number {
  if (above === null) return 1;
  const { node: parent } = above;
  if (parent.nodeType !== "Gather" && parent.nodeType !== "Gather Merge") return above.processes;
  if (node.parentRelationship === "InitPlan") return above.processes;
  const loops = node.actual?.loops ?? null;
  if (loops === null) return (parent.workersPlanned ?? 0) + 1;
  return Math.max(1, loops / Math.max(1, parent.actual?.loops ?? 1));
}

function ownCosts(
  root: ExplainedNode,
  placed: ReadonlyMap<ExplainedNode, Placed>,
): ReadonlyMap<ExplainedNode, Own> {
  const own = new Map<ExplainedNode, Own>();
  for (const [node, { inclusiveMs, inclusiveCost }] of placed)
    own.set(node, { ms: inclusiveMs ?? 0, cost: inclusiveCost, blocks: node.blocks });
  const takeOff = (from: ExplainedNode, child: ExplainedNode, share: number): void => {
    const its = ownOf(own, from);
    const { inclusiveMs, inclusiveCost } = placeOf(placed, child);
    its.ms = Math.max(0, its.ms - (inclusiveMs ?? 0) * share);
    its.cost = Math.max(0, its.cost - inclusiveCost * share);
    if (its.blocks !== null) its.blocks = lessBlocks(its.blocks, child.blocks, share);
  };
  const lazy: (readonly [ExplainedNode, ExplainedNode])[] = [];
  const visit = (node: ExplainedNode): void => {
    for (const child of node.children) {
      if (child.parentRelationship === "InitPlan") lazy.push([node, child]);
      else takeOff(node, child, 1);
      visit(child);
    }
  };
  visit(root);
  // The innermost first: what they take off is then no longer there to be blamed on another.
  for (const [owner, subplan] of lazy.toReversed()) {
    const weightOf = (node: ExplainedNode): number =>
      node === subplan ? (placeOf(placed, node).inclusiveMs ?? 0) : ownOf(own, node).ms;
    for (const { by, share } of evaluatedBy(owner, subplan, weightOf)) takeOff(by, subplan, share);
  }
  return own;
}

function sharesOf(
  basis: CostBasis,
  place: Placed,
  own: Own,
  whole: number,
): { readonly share: number; readonly inclusiveShare: number } {
  if (whole <= 0) return { share: 0, inclusiveShare: 0 };
  const ofWhole = (part: number): number => Math.min(1, part / whole);
  switch (basis) {
    case "time":
      return { share: ofWhole(own.ms), inclusiveShare: ofWhole(place.inclusiveMs ?? 0) };
    case "blocks":
      return {
        share: ofWhole(blocksTouched(own.blocks)),
        inclusiveShare: ofWhole(blocksTouched(place.node.blocks)),
      };
    case "cost":
      return { share: ofWhole(own.cost), inclusiveShare: ofWhole(place.inclusiveCost) };
  }
}

function basisOf({ hasTimes, root }: ExplainedPlan): CostBasis {
  if (hasTimes) return "time";
  return root.actual !== null && blocksTouched(root.blocks) > 0 ? "blocks" : "cost";
}

function wholeMs(plan: ExplainedPlan, placed: ReadonlyMap<ExplainedNode, Placed>): number {
  const rootMs = placeOf(placed, plan.root).inclusiveMs ?? 0;
  return Math.max(rootMs, plan.executionMs ?? plan.durationMs ?? 0);
}

function placeOf(placed: ReadonlyMap<ExplainedNode, Placed>, node: ExplainedNode): Placed {
  const place = placed.get(node);
  if (place === undefined) throw new RangeError("a node of another plan");
  return place;
}

function ownOf(own: ReadonlyMap<ExplainedNode, Own>, node: ExplainedNode): Own {
  const its = own.get(node);
  if (its === undefined) throw new RangeError("a node of another plan");
  return its;
}
