import type { PlanNode } from "../plan.ts";
import { buildPlan } from "./build-plan.ts";
import type { ExplainedPlan, Properties } from "./explained-plan.ts";

/** A plan that was read without its details, for whoever wants the full tree: what was left out stays empty. */
export function explainedFromNode(plan: PlanNode): ExplainedPlan {
  return buildPlan({ Plan: propertiesOf(plan) }, { form: "json" });
}

function propertiesOf(node: PlanNode): Properties {
  const named: Record<string, unknown> = {
    "Node Type": node.nodeType,
    "Parent Relationship": node.parentRelationship,
    "Join Type": node.joinType,
    Strategy: node.strategy,
    Schema: node.schema,
    "Relation Name": node.relation,
    Alias: node.alias,
    "Index Name": node.index,
    "Scan Direction": node.scanDirection,
    "Index Cond": node.indexCondition,
    Filter: node.filter,
    "Sort Key": node.sortKeys,
    "Startup Cost": node.startupCost,
    "Total Cost": node.totalCost,
    "Plan Rows": node.rows,
    "Plan Width": node.width,
    [node.nodeType === "SetOp" ? "Command" : "Operation"]: node.operation,
    "Partial Mode": node.partialMode,
    "Parallel Aware": node.isParallelAware,
    "Workers Planned": node.workersPlanned,
    "Subplan Name": node.subplanName,
    Plans: node.children.map(propertiesOf),
  };
  return Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== null && value !== undefined),
  );
}
