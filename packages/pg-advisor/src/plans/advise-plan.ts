import { createHash } from "node:crypto";
import { type Finding, SEVERITIES } from "@streamgate/core";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { weighPlan } from "./costs/weigh-plan.ts";
import type { WeighedPlan } from "./costs/weighed-plan.ts";
import { PLAN_RULES } from "./rules/all-rules.ts";
import { planFacts } from "./rules/plan-facts.ts";
import type { PlanProblem } from "./rules/rule.ts";
import { tableOf } from "./rules/wording.ts";
import type { ExplainedPlan } from "./tree/explained-plan.ts";

export interface AdvisePlanInput {
  readonly plan: ExplainedPlan;
  /** When the plan was made, or read; ISO 8601. */
  readonly at: string;
  /** The database that the plan is of. @default "" */
  readonly database?: string;
  /** What is known of the tables; with it more can be said: old statistics, bloat, types of columns, partition keys. */
  readonly snapshot?: Snapshot;
  /** Executions an hour; with it findings say how much time they are about. @default 0 */
  readonly callsPerHour?: number;
}

/** What a plan's rules say, and the node of each finding. */
export interface PlanAdvice {
  readonly weighed: WeighedPlan;
  /** The most severe first. */
  readonly findings: readonly PlanFinding[];
}

export interface PlanFinding {
  readonly finding: Finding;
  /** `ExplainedNode.id`. */
  readonly nodeId: number;
}

/**
 * What is wrong with a plan: every rule's findings with evidence and remedy. Figures of a plan that ran are `measured`, those of one
 * that did not are `estimated`, and then only what estimates can tell is said.
 *
 * @example
 * ```ts
 * import { advisePlan, readPlans } from "@streamgate/pg-advisor";
 * const kinds = (text: string, at: string) =>
 *   readPlans(text).flatMap((plan) =>
 *     advisePlan({ plan, at }).findings.map(({ finding }) => finding.kind),
 *   );
 * ```
 */
export function advisePlan(input: AdvisePlanInput): PlanAdvice {
  const weighed = weighPlan(input.plan);
  const facts = planFacts(input.plan, input.snapshot ?? null);
  const findings = PLAN_RULES.flatMap((rule) => rule({ weighed, facts })).map((problem) => ({
    finding: findingOf(problem, input, weighed),
    nodeId: problem.at.node.id,
  }));
  return { weighed, findings: eachOnce(findings.toSorted(worstFirst)) };
}

function findingOf(problem: PlanProblem, input: AdvisePlanInput, weighed: WeighedPlan): Finding {
  const { kind, at, severity, summary, figures, remedy } = problem;
  const object = problem.object ?? tableOf(at.node);
  const hasRun = input.plan.isAnalyzed;
  const msACall = weighed.totalMs === null ? 0 : at.inclusiveShare * weighed.totalMs;
  return {
    id: idOf(kind, input.database ?? "", object, at.node.nodeType, at.node.alias ?? ""),
    kind,
    subject: { database: input.database ?? "", object: object === "" ? at.node.nodeType : object },
    severity,
    summary: capitalised(summary),
    savedMsPerHour: msACall * (input.callsPerHour ?? 0),
    statements: [],
    evidence: figures.map(({ name, value, unit, isEstimated = false }) => ({
      name,
      value,
      unit,
      rung: hasRun && !isEstimated ? "measured" : "estimated",
      source: hasRun ? "EXPLAIN (ANALYZE)" : "EXPLAIN",
      at: input.at,
    })),
    remedy: capitalised(remedy),
  };
}

/** Of findings with one id, the worst. */
function eachOnce(findings: readonly PlanFinding[]): readonly PlanFinding[] {
  const known = new Set<string>();
  return findings.filter(({ finding: { id } }) => {
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
}

/** The same problem of the same statement has the same id, whatever the figures. */
function idOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function worstFirst(one: PlanFinding, other: PlanFinding): number {
  return SEVERITIES.indexOf(other.finding.severity) - SEVERITIES.indexOf(one.finding.severity);
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
