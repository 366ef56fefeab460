import type { PlanNode } from "../plans/plan.ts";
import { statementRefused } from "./errors.ts";
import type { PlanRequest } from "./twin/explain-requests.ts";
import type { Configuration, WhatIf } from "./what-if.ts";

/** One statement in one world. @throws what its planner answered in place of a plan */
export async function planOne(
  whatIf: Pick<WhatIf, "planMany">,
  request: PlanRequest,
  configuration: Configuration,
): Promise<PlanNode> {
  const [plan] = await whatIf.planMany([request], configuration);
  if (plan === undefined || plan instanceof Error) throw plan ?? statementRefused("no answer");
  return plan;
}
