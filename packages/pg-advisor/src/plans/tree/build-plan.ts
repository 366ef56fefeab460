import { planUnreadable } from "../errors.ts";
import { buildTree } from "./build-node.ts";
import type { ExplainedNode } from "./explained-node.ts";
import type {
  ExplainedPlan,
  JitFacts,
  Properties,
  SerializationFacts,
  TriggerFacts,
} from "./explained-plan.ts";
import {
  isProperties,
  listOf,
  maybeNumberOf,
  numberOf,
  propertiesOf,
  textOf,
} from "./read-properties.ts";
import { requireWholeTree } from "./require-whole-tree.ts";

/** Beside the properties of EXPLAIN: what a log says around a plan. */
export interface PlanSurroundings {
  readonly form: ExplainedPlan["form"];
  readonly durationMs?: number | null;
}

/**
 * The typed plan of an object as EXPLAIN (FORMAT JSON) returns it: `Plan` with what stands beside it.
 *
 * @throws StreamGateError `SG_PG_PLAN_UNREADABLE`, `SG_PG_PLAN_TRUNCATED`
 */
export function buildPlan(explained: Properties, surroundings: PlanSurroundings): ExplainedPlan {
  const { Plan: tree, ...properties } = explained;
  if (!isProperties(tree) || typeof tree["Node Type"] !== "string") throw planUnreadable();
  const root = buildTree(tree);
  requireWholeTree(root);
  return {
    form: surroundings.form,
    root,
    isAnalyzed: root.actual !== null,
    hasTimes: hasTimes(root),
    planningMs: maybeNumberOf(properties, "Planning Time"),
    executionMs: maybeNumberOf(properties, "Execution Time"),
    durationMs: surroundings.durationMs ?? null,
    statement: textOf(properties, "Query Text"),
    jit: jitOf(properties),
    triggers: listOf(properties, "Triggers").map(triggerOf),
    settings: settingsOf(propertiesOf(properties, "Settings")),
    queryId: queryIdOf(properties["Query Identifier"]),
    serialization: serializationOf(properties),
    properties,
    warnings: [],
  };
}

function hasTimes(node: ExplainedNode): boolean {
  return (node.actual?.totalMs ?? null) !== null || node.children.some(hasTimes);
}

function jitOf(of: Properties): JitFacts | null {
  if (!("JIT" in of)) return null;
  const jit = propertiesOf(of, "JIT");
  const timing = propertiesOf(jit, "Timing");
  // From 17 on the generation is told with its part for deforming.
  const generation = propertiesOf(timing, "Generation");
  return {
    functions: numberOf(jit, "Functions"),
    generationMs: maybeNumberOf(timing, "Generation") ?? numberOf(generation, "Total"),
    inliningMs: numberOf(timing, "Inlining"),
    optimizationMs: numberOf(timing, "Optimization"),
    emissionMs: numberOf(timing, "Emission"),
    totalMs: numberOf(timing, "Total"),
  };
}

function triggerOf(of: Properties): TriggerFacts {
  return {
    name: textOf(of, "Trigger Name") ?? "",
    constraint: textOf(of, "Constraint Name"),
    relation: textOf(of, "Relation"),
    timeMs: maybeNumberOf(of, "Time"),
    calls: numberOf(of, "Calls"),
  };
}

function settingsOf(of: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, String(value)]));
}

function queryIdOf(value: unknown): string | null {
  return typeof value === "number" || typeof value === "string" ? String(value) : null;
}

const BYTES_A_KB = 1_024;

function serializationOf(of: Properties): SerializationFacts | null {
  if (!("Serialization" in of)) return null;
  const serialization = propertiesOf(of, "Serialization");
  return {
    timeMs: maybeNumberOf(serialization, "Time"),
    outputBytes: numberOf(serialization, "Output Volume") * BYTES_A_KB,
    format: textOf(serialization, "Format") ?? "text",
  };
}
