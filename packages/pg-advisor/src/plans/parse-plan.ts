import { planUnreadable } from "./errors.ts";
import type { PlanNode } from "./plan.ts";
import type { Properties } from "./tree/explained-plan.ts";
import { isProperties, listOf, numberOf, textOf, textsOf } from "./tree/read-properties.ts";

/**
 * Reads what EXPLAIN (FORMAT JSON) returned: the text, the parsed array, its only element, or a
 * node. What a version of PostgreSQL leaves out becomes null or 0; what it adds is ignored.
 *
 * @throws StreamGateError `SG_PG_PLAN_UNREADABLE` where there is no plan in it
 * @example
 * ```text
 * const { rows } = await client.query("explain (format json) select 1");
 * parsePlan(rows[0]["QUERY PLAN"]).nodeType; // "Result"
 * ```
 */
export function parsePlan(explainJson: unknown): PlanNode {
  const whole = typeof explainJson === "string" ? parseJson(explainJson) : explainJson;
  const first = Array.isArray(whole) ? whole[0] : whole;
  const root = isProperties(first) && "Plan" in first ? first.Plan : first;
  if (!isProperties(root) || typeof root["Node Type"] !== "string") throw planUnreadable();
  return nodeOf(root);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw planUnreadable(cause);
  }
}

function nodeOf(node: Properties): PlanNode {
  return { ...nodeFactsOf(node), children: listOf(node, "Plans").map(nodeOf) };
}

/** What one node says of itself, without what is below it. */
export function nodeFactsOf(node: Properties): Omit<PlanNode, "children"> {
  return {
    nodeType: textOf(node, "Node Type") ?? "Unknown",
    parentRelationship: textOf(node, "Parent Relationship"),
    joinType: textOf(node, "Join Type"),
    strategy: textOf(node, "Strategy"),
    schema: textOf(node, "Schema"),
    relation: textOf(node, "Relation Name"),
    alias: textOf(node, "Alias"),
    index: textOf(node, "Index Name"),
    scanDirection: textOf(node, "Scan Direction"),
    indexCondition: textOf(node, "Index Cond"),
    filter: textOf(node, "Filter"),
    sortKeys: textsOf(node, "Sort Key"),
    startupCost: numberOf(node, "Startup Cost"),
    totalCost: numberOf(node, "Total Cost"),
    rows: numberOf(node, "Plan Rows"),
    width: numberOf(node, "Plan Width"),
    ...rarePropertiesOf(node),
  };
}

function rarePropertiesOf(node: Properties): Partial<PlanNode> {
  const operation = textOf(node, "Operation") ?? textOf(node, "Command");
  const partialMode = textOf(node, "Partial Mode");
  const subplanName = textOf(node, "Subplan Name");
  return {
    ...(operation === null ? {} : { operation }),
    ...(partialMode === null || partialMode === "Simple" ? {} : { partialMode }),
    ...(node["Parallel Aware"] === true ? { isParallelAware: true } : {}),
    ...("Workers Planned" in node ? { workersPlanned: numberOf(node, "Workers Planned") } : {}),
    ...(subplanName === null ? {} : { subplanName }),
  };
}
