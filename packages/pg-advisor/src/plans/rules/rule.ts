import type { FindingKind, Severity } from "@streamgate/core";
import type { WeighedNode, WeighedPlan } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";

type PlanFindingKind = Extract<FindingKind, `plan/${string}`>;

/** What a rule looks at. */
export interface RuleInput {
  readonly weighed: WeighedPlan;
  readonly facts: PlanFacts;
}

/** A rule looks for one problem. It is a pure function. */
export type PlanRule = (input: RuleInput) => readonly PlanProblem[];

/** What a rule found at a node. */
export interface PlanProblem {
  readonly kind: PlanFindingKind;
  readonly at: WeighedNode;
  /** What it is about, as SQL or EXPLAIN names it; the node's own table where it is left out. */
  readonly object?: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  readonly figures: readonly PlanFigure[];
  /** One or two sentences. */
  readonly remedy: string;
}

interface PlanFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Whether it is the planner's or computed from a model, though the statement ran. */
  readonly isEstimated?: boolean;
}

/** How much a share of the whole is worth. */
export function severityOfShare(share: number): Severity {
  if (share >= 0.5) return "high";
  return share >= 0.2 ? "medium" : "low";
}
