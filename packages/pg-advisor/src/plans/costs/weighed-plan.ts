import type { BlockCounts, ExplainedNode } from "../tree/explained-node.ts";
import type { ExplainedPlan } from "../tree/explained-plan.ts";

/** A plan with what each of its nodes truly costs. */
export interface WeighedPlan {
  readonly plan: ExplainedPlan;
  /** Parents before children, as EXPLAIN lists them. */
  readonly nodes: readonly WeighedNode[];
  readonly root: WeighedNode;
  /** The whole execution; null where no time was taken. */
  readonly totalMs: number | null;
  /** What the shares of its nodes are shares of. */
  readonly basis: CostBasis;
}

/** What nodes are weighed by: time where it was taken, else blocks where they were counted, else the planner's cost. */
export type CostBasis = "time" | "blocks" | "cost";

export interface WeighedNode {
  readonly node: ExplainedNode;
  readonly parent: WeighedNode | null;
  readonly children: readonly WeighedNode[];
  readonly depth: number;
  /** Processes that execute it at once: 1 outside of a Gather. */
  readonly processes: number;
  /** Executions by all processes together; in a plan that did not run, those that the planner expects. */
  readonly loops: number;
  /** Rows that it returned in all loops and processes; in a plan that did not run, those expected. */
  readonly rows: number;
  /** The same as the planner expected, in as many loops. */
  readonly expectedRows: number;
  /** Of the clock on the wall, with all that is below it; null without times. */
  readonly inclusiveMs: number | null;
  /** Without what is below it, and without subplans and CTEs that were evaluated for it. */
  readonly exclusiveMs: number | null;
  /** Blocks of its own; null without BUFFERS. */
  readonly exclusiveBlocks: BlockCounts | null;
  /** The planner's cost of its own, in all loops. */
  readonly exclusiveCost: number;
  /** Shares of the whole by the plan's basis, 0 to 1: of its own, and with all below it. */
  readonly share: number;
  readonly inclusiveShare: number;
  /** Whether what is above may have stopped it before its last row, so that fewer rows than expected say nothing. */
  readonly mayStopEarly: boolean;
}
